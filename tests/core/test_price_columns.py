"""The price that a cart pays: by list, tier and clock, from the cart to the order."""

from datetime import timedelta
from typing import Any

import pytest

from tests.drivers.catalogue import call, done
from tests.drivers.shop import LEEDS, YORK, Shop


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.stock("MUG", 1000, lds=1000, yrk=1000)
    shop.stock("CUP", 400, lds=1000, yrk=1000)
    return shop


def a_list(shop: Shop, code: str, **different: Any) -> None:
    row = {"code": code, "name": code, "currency": "GBP", "reason": "Trial", "approved_by": "Ada"}
    done(shop, "POST", "price-lists", row | different)


def set_price(shop: Shop, amount: int | None, **more: Any) -> None:
    money = None if amount is None else {"amount": amount, "currency": "GBP"}
    done(shop, "PUT", "prices", {"prices": [{"sku": "MUG", "price": money, **more}]})


def in_a(shop: Shop, **days: float) -> str:
    return (shop.clock.now() + timedelta(**days)).isoformat()


def unit_price(shop: Shop, units: int = 1, store: str = LEEDS) -> int:
    line = shop.cart({"MUG": units}, store)["quote"]["lines"][0]
    assert line["total"] == units * line["unit_price"]
    return int(line["unit_price"])


def seen(shop: Shop, cart: dict[str, Any]) -> dict[str, Any]:
    now: dict[str, Any] = shop.call("GET", f"/api/v1/carts/{cart['id']}", cart["token"]).get_json()
    return {**now, "token": cart["token"]}


def test_a_tier_applies_from_its_quantity_on(shop: Shop) -> None:
    set_price(shop, 900, min_quantity=5)
    set_price(shop, 800, min_quantity=10)
    assert [unit_price(shop, units) for units in (1, 4, 5, 9, 10, 500)] == [
        1000, 1000, 900, 900, 800, 800,
    ]  # fmt: skip


def test_the_lower_tier_applies_after_the_end_of_a_tier(shop: Shop) -> None:
    set_price(shop, 900, min_quantity=5)
    set_price(shop, 800, min_quantity=10)
    shop.clock.advance(timedelta(days=1))
    set_price(shop, None, min_quantity=10)
    assert unit_price(shop, 12) == 900


def test_an_order_is_placed_at_the_price_of_a_tier(shop: Shop) -> None:
    set_price(shop, 900, min_quantity=5)
    assert shop.order({"MUG": 5, "CUP": 1}).body["total"] == 4900


def test_the_list_of_a_store_applies_only_there(shop: Shop) -> None:
    a_list(shop, "york", location="yrk")
    set_price(shop, 950, list="york")
    assert (unit_price(shop, 1, LEEDS), unit_price(shop, 1, YORK)) == (1000, 950)


def test_the_list_of_a_channel_applies_only_there(shop: Shop) -> None:
    a_list(shop, "app", channel="app")
    set_price(shop, 100, list="app")
    a_list(shop, "web", channel="web")
    set_price(shop, 950, list="web")
    assert unit_price(shop) == 950
    headers = {"X-Client-Key": shop.keys["app"]}
    product = shop.client.get("/api/v1/products/mug", headers=headers).get_json()
    assert product["variants"][0]["price"]["amount"] == 100


def test_the_list_of_a_customer_group_does_not_apply_to_others(shop: Shop) -> None:
    a_list(shop, "trade", customer_group="trade")
    set_price(shop, 100, list="trade")
    assert unit_price(shop) == 1000


def test_the_list_with_the_smaller_priority_number_applies(shop: Shop) -> None:
    a_list(shop, "web", channel="web", priority=20)
    a_list(shop, "york", location="yrk", priority=10)
    set_price(shop, 950, list="web")
    set_price(shop, 1050, list="york")
    assert (unit_price(shop, 1, LEEDS), unit_price(shop, 1, YORK)) == (950, 1050)


def test_a_list_has_its_own_tiers_and_not_those_of_the_base_list(shop: Shop) -> None:
    a_list(shop, "web", channel="web")
    set_price(shop, 500, min_quantity=5)
    set_price(shop, 950, list="web")
    assert unit_price(shop, 5) == 950
    set_price(shop, 700, list="web", min_quantity=3)
    assert unit_price(shop, 5) == 700


def test_the_base_price_applies_after_the_end_of_a_list_price(shop: Shop) -> None:
    a_list(shop, "web", channel="web")
    set_price(shop, 950, list="web")
    set_price(shop, None, list="web", starts_at=in_a(shop, days=2))
    assert unit_price(shop) == 950
    shop.clock.advance(timedelta(days=2))
    assert unit_price(shop) == 1000


@pytest.mark.parametrize("of_list", [None, "web"])
def test_a_scheduled_price_begins_without_a_job(shop: Shop, of_list: str | None) -> None:
    a_list(shop, "web", channel="web")
    set_price(shop, 800, list=of_list, starts_at=in_a(shop, days=1))
    cart = shop.cart({"MUG": 2})
    shop.clock.advance(timedelta(days=1, microseconds=-1))
    assert seen(shop, cart)["quote"]["total"] == 2000
    shop.clock.advance(timedelta(microseconds=1))
    assert seen(shop, cart)["quote"]["total"] == 1600


def test_a_price_that_begins_between_cart_and_checkout_must_be_accepted_first(
    shop: Shop,
) -> None:
    set_price(shop, 1100, starts_at=in_a(shop, hours=1))
    cart = shop.cart({"MUG": 2})
    shop.clock.advance(timedelta(hours=1))
    answer = shop.checkout(cart)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "price_changed")
    assert answer.get_json()["errors"]["quote"]["total"] == 2200
    assert shop.levels("MUG").reserved == 0
    assert shop.checkout(seen(shop, cart)).status_code == 201


def test_an_order_keeps_the_price_that_it_was_placed_at(shop: Shop) -> None:
    set_price(shop, 800, starts_at=in_a(shop, hours=1))
    placed = shop.order({"MUG": 1})
    shop.clock.advance(timedelta(hours=2))
    assert shop.seen(placed)["total"] == 1000
    assert shop.is_sound()


def test_a_price_set_now_applies_at_once(shop: Shop) -> None:
    cart = shop.cart({"MUG": 1})
    row = {"sku": "MUG", "price": {"amount": 900, "currency": "GBP"}}
    assert call(shop, "PUT", "prices", {"prices": [row]}).status_code == 200
    assert shop.checkout(cart).status_code == 409
    assert shop.order({"MUG": 1}).body["total"] == 900
