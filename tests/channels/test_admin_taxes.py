"""Merchants set tax rates, and how their markets are taxed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.concurrency import at_once
from tests.drivers.catalogue import BOWL, call, done, events, refused, variant
from tests.drivers.refusals import wrong_fields
from tests.drivers.shop import LEEDS, Shop

BOOKS = {"country": "GB", "category": "books", "rate": 0}
UK: dict[str, Any] = {"country": "GB", "tax_included": True}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.stock("MUG", 1200, lds=10)
    return shop


def taxes(shop: Shop, cart: dict[str, Any]) -> list[tuple[int, int]]:
    """Return (rate, tax) of the cart as it is now."""
    seen = shop.call("GET", f"/api/v1/carts/{cart['id']}", cart["token"]).get_json()
    return [(part["rate"], part["tax"]) for part in seen["quote"]["taxes"]]


def test_a_rate_applies_to_carts_from_its_start_on(shop: Shop) -> None:
    cart = shop.cart({"MUG": 1})
    assert taxes(shop, cart) == [(200_000, 200)]
    begins = shop.clock.now() + timedelta(days=1)
    rate = {
        "country": "GB",
        "category": "standard",
        "rate": 250_000,
        "starts_at": begins.isoformat(),
    }
    made = done(shop, "PUT", "tax-rates", rate)
    assert (made["rate"], made["region"]) == (250_000, "")
    assert taxes(shop, cart) == [(200_000, 200)]
    shop.clock.advance(timedelta(days=1))
    assert taxes(shop, cart) == [(250_000, 240)]


def test_the_rate_of_a_region_takes_precedence_over_that_of_its_country(shop: Shop) -> None:
    shop.change("UPDATE locations SET region = 'SCT' WHERE code = 'lds'")
    done(
        shop,
        "PUT",
        "tax-rates",
        {"country": "GB", "region": "SCT", "category": "standard", "rate": 100_000},
    )
    assert taxes(shop, shop.cart({"MUG": 1}, LEEDS)) == [(100_000, 109)]
    assert taxes(shop, shop.cart({"MUG": 1}, "yrk")) == [(200_000, 200)]


def test_the_same_rate_again_changes_nothing(shop: Shop) -> None:
    later = {
        **BOOKS,
        "rate": 50_000,
        "starts_at": (shop.clock.now() + timedelta(days=2)).isoformat(),
    }
    for _ in range(2):
        done(shop, "PUT", "tax-rates", BOOKS)
        done(shop, "PUT", "tax-rates", later)
        shop.clock.advance(timedelta(days=1))
    shop.clock.advance(timedelta(days=1))
    done(shop, "PUT", "tax-rates", later)
    assert shop.count("tax_rates") == 2
    assert [kind for kind, _ in events(shop)] == ["tax_rate.set"] * 2


def test_another_rate_for_the_same_moment_is_refused(shop: Shop) -> None:
    done(shop, "PUT", "tax-rates", BOOKS)
    assert refused(shop, "PUT", "tax-rates", BOOKS | {"rate": 50_000}) == (
        409,
        "rate_exists_at_time",
    )


def test_one_of_two_simultaneous_different_rates_is_refused(shop: Shop) -> None:
    bodies = (BOOKS, BOOKS | {"rate": 50_000})
    answers = at_once(*(lambda body=body: call(shop, "PUT", "tax-rates", body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    "different",
    [
        {"rate": 1_000_001}, {"rate": -1}, {"rate": "20"}, {"country": "gb"}, {"country": "GBR"},
        {"category": ""}, {"category": "a b"}, {"region": "Bavaria"}, {"starts_at": "tomorrow"},
        {"starts_at": "2020-01-01T00:00:00Z"}, {"starts_at": "2100-01-01T00:00:00Z"},
        {"starts_at": "9999-12-31T23:59:59-12:00"},
    ],
)  # fmt: skip
def test_a_wrong_rate_is_refused_by_field(shop: Shop, different: dict[str, Any]) -> None:
    assert wrong_fields(call(shop, "PUT", "tax-rates", BOOKS | different)) == set(different)
    assert shop.count("tax_rates") == 0


def test_a_market_determines_how_its_carts_are_taxed(shop: Shop) -> None:
    cart = shop.cart({"MUG": 1})
    market = UK | {"tax_level": "line", "rounding_mode": "half_up", "rounding_target": "tax"}
    assert done(shop, "PUT", "markets", UK) == market
    assert taxes(shop, cart) == [(200_000, 200)]
    done(shop, "PUT", "markets", UK | {"tax_included": False})
    assert taxes(shop, cart) == [(200_000, 240)]


def test_the_same_market_again_changes_nothing(shop: Shop) -> None:
    for _ in range(2):
        done(shop, "PUT", "markets", UK)
    assert [kind for kind, _ in events(shop)] == ["market.set"]


@pytest.mark.parametrize(
    "different",
    [
        {"tax_level": "cart"}, {"rounding_mode": "up"}, {"rounding_target": "gross"}, {"country": "x"},
        {"tax_included": None},
    ],
)  # fmt: skip
def test_a_wrong_market_is_refused_by_field(shop: Shop, different: dict[str, Any]) -> None:
    assert wrong_fields(call(shop, "PUT", "markets", UK | different)) == set(different)
    assert shop.count("markets") == 0


def test_the_tax_category_of_a_variant_can_be_changed(shop: Shop) -> None:
    bowl = {**BOWL["variants"][0], "tax_category": "zero"}
    made = done(shop, "POST", "products", BOWL | {"variants": [bowl], "publish": True})
    assert variant(made, "BOWL")["tax_category"] == "zero"
    cart = shop.cart({"BOWL": 1})
    assert taxes(shop, cart) == [(0, 0)]
    changed = done(shop, "PATCH", "products/bowl/variants/BOWL", {"tax_category": "reduced"})
    assert variant(changed, "BOWL")["tax_category"] == "reduced"
    assert taxes(shop, cart) == [(50_000, 24)]
    assert events(shop)[-1][1]["fields"] == ["tax_category"]


def test_a_tax_category_without_any_rate_is_refused(shop: Shop) -> None:
    bowl = {**BOWL["variants"][0], "tax_category": "books"}
    product = BOWL | {"variants": [bowl]}
    assert wrong_fields(call(shop, "POST", "products", product)) == {"tax_category"}
    done(shop, "PUT", "tax-rates", BOOKS)
    done(shop, "POST", "products", product)
    path, slip = "products/bowl/variants/BOWL", {"tax_category": "boks"}
    assert wrong_fields(call(shop, "PATCH", path, slip)) == {"tax_category"}
