"""A gift is given if the store has it; otherwise the order is placed without it."""

from typing import Any

import pytest

from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop


def give(shop: Shop, units: int = 1, safety: int = 0, **toys: int) -> Shop:
    """Offer so many of the toys to everybody."""
    shop.stock("MUG", 1000, lds=50)
    shop.stock("TOY", 300, safety, **toys)
    shop.promote("gift", {"units": units}, gift_sku="TOY")
    return shop


def units(cart: dict[str, Any]) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in cart["quote"]["lines"]}


def is_ordered(shop: Shop, cart: dict[str, Any]) -> bool:
    return shop.checkout(cart).status_code == 201 and shop.violations() == {}


@pytest.mark.parametrize(
    "stocked",
    [{"yrk": 5}, {"safety": 2, "lds": 1}, {"lds": 0}],
    ids=["elsewhere", "safety", "none"],
)
def test_a_gift_that_the_store_does_not_have_is_not_given(
    shop: Shop, stocked: dict[str, int]
) -> None:
    give(shop, **stocked)
    cart = shop.cart({"MUG": 1})
    assert units(cart) == {"MUG": 1}
    assert is_ordered(shop, cart)


def test_a_gift_is_offered_before_a_store_is_chosen(shop: Shop) -> None:
    give(shop, yrk=1)
    cart = shop.client.post("/api/v1/carts").get_json()
    line = f"/api/v1/carts/{cart['id']}/lines/MUG"
    shown = shop.call("PUT", line, cart["token"], {"quantity": 1}).get_json()
    assert units(shown) == {"MUG": 1, "TOY": 1}


def test_two_gifts_are_not_given_while_one_is_left(shop: Shop) -> None:
    give(shop, units=2, lds=1)
    cart = shop.cart({"MUG": 1})
    assert units(cart) == {"MUG": 1}
    assert is_ordered(shop, cart)


def test_two_promotions_do_not_give_the_last_unit_twice(shop: Shop) -> None:
    give(shop, lds=1)
    shop.promote("gift", {"units": 1}, "SECOND", gift_sku="TOY")
    cart = shop.cart({"MUG": 1})
    assert units(cart) == {"MUG": 1, "TOY": 1}
    assert is_ordered(shop, cart)


def test_a_buyer_of_the_last_unit_gets_none_as_a_gift(shop: Shop) -> None:
    give(shop, lds=3)
    assert units(shop.cart({"TOY": 2})) == {"TOY": 3}
    cart = shop.cart({"TOY": 3})
    assert (units(cart), cart["quote"]["total"]) == ({"TOY": 3}, 900)
    assert is_ordered(shop, cart)


def test_a_gift_without_a_tax_rate_in_the_country_is_not_given_and_blocks_no_order(
    shop: Shop,
) -> None:
    give(shop, lds=5)
    shop.merchant("PUT", "tax-rates", {"country": "DE", "category": "toys", "rate": 190_000})
    shop.change("UPDATE variants SET tax_category = 'toys' WHERE sku = 'TOY'")
    cart = shop.cart({"MUG": 1})
    assert units(cart) == {"MUG": 1}
    assert is_ordered(shop, cart)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE stock SET reserved = on_hand WHERE on_hand = 1", "insufficient_stock"),
        ("UPDATE variants SET active = false WHERE sku = 'TOY'", "product_unavailable"),
    ],
)
def test_a_lost_gift_of_a_signed_quote_is_reported_and_the_order_placed_without_it(
    shop: Shop, change: str, code: str
) -> None:
    give(shop, lds=1)
    cart = shop.cart({"MUG": 1})
    path = f"/api/v1/carts/{cart['id']}/quote"
    token = shop.call("POST", path, cart["token"]).get_json()["token"]
    shop.change(change)
    refused = shop.checkout(cart, quote=token)
    assert refusal(refused) == (409, code)
    assert "TOY" in refused.get_json()["message"]
    assert shop.checkout(cart).status_code == 201
