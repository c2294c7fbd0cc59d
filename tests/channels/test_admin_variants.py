"""Merchants add, change, publish and withdraw variants, with their prices and costs."""

from datetime import timedelta
from typing import Any

import pytest

from tests.drivers.catalogue import (
    BOWL,
    MUG,
    call,
    create_mug,
    done,
    events,
    in_shop,
    refused,
    variant,
)


def test_a_new_variant_comes_last_and_is_found_by_its_codes(shop):
    create_mug(shop, publish=True)
    body = {"sku": "MUG-M", "barcode": "77", "price": {"amount": 1000, "currency": "GBP"}}
    product = done(shop, "POST", "products/red-mug/variants", body)
    assert [each["sku"] for each in product["variants"]] == ["MUG-S", "MUG-L", "MUG-M"]
    assert variant(product, "MUG-M")["position"] == 3
    assert in_shop(shop, "?q=mug-m") == in_shop(shop, "?q=77") == ["red-mug"]
    assert shop.cart({"MUG-M": 1})["quote"]["total"] == 1000


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"sku": "BOWL"}, "sku_taken"),
        ({"sku": "MUG-S"}, "sku_taken"),
        ({"sku": "X", "barcode": "40"}, "barcode_taken"),
    ],
)
def test_a_sku_or_barcode_in_use_is_refused(shop, body, code):
    create_mug(shop)
    done(shop, "POST", "products", BOWL)
    assert refused(shop, "POST", "products/red-mug/variants", body) == (409, code)
    assert shop.count("variants") == 3


def test_a_product_has_at_most_250_variants(shop):
    create_mug(shop, variants=[{"sku": f"V{number}"} for number in range(250)])
    answer = refused(shop, "POST", "products/red-mug/variants", {"sku": "MUG-M"})
    assert answer == (409, "too_many_variants")


def test_a_new_price_and_cost_apply_from_now_on(shop):
    create_mug(shop, publish=True)
    shop.clock.advance(timedelta(hours=1))
    amounts = {
        "price": {"amount": 950, "currency": "GBP"},
        "cost": {"amount": 0, "currency": "GBP"},
    }

    product = done(shop, "PATCH", "products/red-mug/variants/MUG-S", amounts)

    assert {name: variant(product, "MUG-S")[name] for name in amounts} == amounts
    assert shop.cart({"MUG-S": 1})["quote"]["total"] == 950
    assert (shop.count("prices"), shop.count("variant_costs")) == (2, 2)
    kind, payload = events(shop)[-1]
    expected = {"old_price": 900, "price": 950, "old_cost": 310, "cost": 0, "currency": "GBP"}
    assert kind == "variant.changed"
    assert {name: payload[name] for name in expected} == expected
    assert payload["fields"] == ["cost", "price"]


def test_the_same_values_write_nothing(shop):
    create_mug(shop)
    shop.clock.advance(timedelta(hours=1))
    same = MUG["variants"][0] | {"position": 1}
    del same["sku"]
    done(shop, "PATCH", "products/red-mug/variants/MUG-S", same)
    assert (shop.count("prices"), shop.count("variant_costs")) == (1, 1)
    assert len(events(shop)) == 1


def test_two_prices_in_the_same_microsecond_are_a_conflict(shop):
    create_mug(shop)
    body = {"price": {"amount": 950, "currency": "GBP"}}
    answer = refused(shop, "PATCH", "products/red-mug/variants/MUG-S", body)
    assert answer == (409, "version_conflict")


def test_a_new_barcode_is_found_and_the_old_one_is_not(shop):
    create_mug(shop, publish=True)
    done(shop, "PATCH", "products/red-mug/variants/MUG-S", {"barcode": "99"})
    assert in_shop(shop, "?q=99") == ["red-mug"]
    assert in_shop(shop, "?q=5012345678900") == []
    product = done(shop, "PATCH", "products/red-mug/variants/MUG-S", {"barcode": None})
    assert variant(product, "MUG-S")["barcode"] is None
    assert in_shop(shop, "?q=99") == []


def test_a_barcode_in_use_is_refused(shop):
    create_mug(shop)
    done(shop, "POST", "products", BOWL)
    answer = call(shop, "PATCH", "products/red-mug/variants/MUG-L", {"barcode": "40"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "barcode_taken")
    assert "BOWL" in answer.get_json()["message"]


@pytest.mark.parametrize(
    ("sku", "position", "order"),
    [
        ("C", 1, "CABD"),
        ("A", 3, "BCAD"),
        ("A", 99, "BCDA"),
        ("D", 1, "DABC"),
        ("B", 2, "ABCD"),
    ],
)
def test_other_variants_are_renumbered_around_a_moved_variant(shop, sku, position, order):
    create_mug(shop, variants=[{"sku": letter} for letter in "ABCD"])
    product = done(shop, "PATCH", f"products/red-mug/variants/{sku}", {"position": position})
    assert [each["sku"] for each in product["variants"]] == list(order)
    assert [each["position"] for each in product["variants"]] == [1, 2, 3, 4]


def test_bad_input_is_refused(shop):
    create_mug(shop)
    wrong: list[dict[str, Any]] = [
        {"sku": "X"},
        {"active": False},
        {"price": None},
        {"cost": None},
        {"price": {"amount": 1, "currency": "EUR"}},
        {"position": 0},
        {"position": 10**9},
        {"options": None},
        {"barcode": "a\0"},
        {"barcode": "x" * 65},
        {"grams": "many"},
    ]
    for body in wrong:
        answer = refused(shop, "PATCH", "products/red-mug/variants/MUG-S", body)
        assert answer == (422, "invalid"), body


def test_a_withdrawn_variant_is_not_on_sale_until_it_is_published_again(shop):
    create_mug(shop, publish=True)
    done(
        shop,
        "PATCH",
        "products/red-mug/variants/MUG-L",
        {"price": {"amount": 1200, "currency": "GBP"}},
    )
    cart = shop.client.post("/api/v1/carts").get_json()
    put = ("PUT", f"/api/v1/carts/{cart['id']}/lines/MUG-L", cart["token"], {"quantity": 1})

    withdrawn = done(shop, "POST", "products/red-mug/variants/MUG-L/withdraw")
    assert variant(withdrawn, "MUG-L")["active"] is False
    assert shop.call(*put).status_code == 404

    published = done(shop, "POST", "products/red-mug/variants/MUG-L/publish")
    assert variant(published, "MUG-L")["active"] is True
    assert shop.call(*put).status_code == 200
    assert [kind for kind, _ in events(shop)][-2:] == ["variant.withdrawn", "variant.published"]


def test_the_last_variant_of_a_product_on_sale_cannot_be_withdrawn(shop):
    create_mug(shop, publish=True)
    path = "products/red-mug/variants/MUG-S/withdraw"
    assert refused(shop, "POST", path) == (409, "last_variant")
    done(shop, "POST", "products/red-mug/withdraw")
    assert variant(done(shop, "POST", path), "MUG-S")["active"] is False
