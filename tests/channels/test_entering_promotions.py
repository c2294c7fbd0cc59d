"""Promotions as merchants enter and preview them: impossible ones are refused before they reach a cart."""

from typing import Any

import pytest

from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop

FIVE: dict[str, Any] = {"kind": "amount", "terms": {"amount": 500}}


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 999, lds=50)
    shop.stock("LAMP", 2400, lds=50)
    shop.stock("TEA", 350, lds=3)
    return shop


def new(**changes: Any) -> dict[str, Any]:
    return {"code": "FIVE", "title": "£5 off", **FIVE, **changes}


def post(shop: Shop, path: str, body: Any) -> Any:
    return shop.call("POST", f"/api/admin/v1/{path}", shop.keys["merchant"], body)


def test_a_preview_shows_both_quotes_and_stores_nothing(stocked: Shop) -> None:
    sample = {"promotion": new(), "lines": [{"sku": "MUG", "quantity": 3}]}
    reported = stocked.merchant("POST", "promotions/preview", sample)
    assert (reported["before"]["total"], reported["after"]["total"]) == (2997, 2497)
    assert stocked.promotions() == []


def test_a_preview_is_priced_like_a_cart_of_the_store(stocked: Shop) -> None:
    """It uses the store's list, country and clock, and the gifts in force."""
    app = {"code": "app", "name": "App", "currency": "GBP", "channel": "app"}
    stocked.merchant("POST", "price-lists", {**app, "reason": "Launch", "approved_by": "Ada"})
    price = {"sku": "MUG", "list": "app", "price": {"amount": 500, "currency": "GBP"}}
    stocked.merchant("PUT", "prices", {"prices": [price]})
    rate = {"country": "IE", "region": "D", "category": "standard", "rate": 230_000}
    stocked.merchant("PUT", "tax-rates", rate)
    stocked.change(
        "UPDATE locations SET country = 'IE', region = 'D', timezone = 'Pacific/Auckland' WHERE code = 'lds'"
    )
    stocked.promote("gift", {"units": 1}, gift_sku="TEA")
    midnight = {"hours": [{"days": list(range(7)), "since": "00:00", "until": "02:00"}]}
    lines = [{"sku": "MUG", "quantity": 1}]
    sample = {"promotion": new(terms={"amount": 100}, code="NEW", conditions=midnight),
              "lines": lines, "channel": "app", "location": "lds"}  # fmt: skip
    reported = stocked.merchant("POST", "promotions/preview", sample)
    assert [(line["sku"], line["total"]) for line in reported["before"]["lines"]] == [
        ("MUG", 500), ("TEA", 0)
    ]  # fmt: skip
    assert [part["rate"] for part in reported["before"]["taxes"]] == [230_000]
    assert reported["after"]["total"] == 400, (
        "at noon in London it is one in the morning in Auckland"
    )
    elsewhere = {**sample, "channel": "web", "location": ""}
    reported = stocked.merchant("POST", "promotions/preview", elsewhere)
    assert (reported["before"]["total"], reported["after"]["total"]) == (999, 999)
    nowhere = post(stocked, "promotions/preview", {**sample, "location": "nowhere"})
    assert refusal(nowhere) == (422, "invalid")


def test_a_gift_without_a_tax_rate_in_the_carts_country_is_not_given(stocked: Shop) -> None:
    """It would block carts that it is not even for."""
    rate = {"country": "DE", "category": "toys", "rate": 190_000}
    stocked.merchant("PUT", "tax-rates", rate)
    stocked.change("UPDATE variants SET tax_category = 'toys' WHERE sku = 'TEA'")
    stocked.promote("gift", {"units": 1}, gift_sku="TEA")
    cart = stocked.cart({"MUG": 1})
    assert [line["sku"] for line in cart["quote"]["lines"]] == ["MUG"]
    assert stocked.checkout(cart).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"terms": {"amount": -5}},
        {"terms": {"amount": 0}},
        {"terms": {}},
        {"terms": {"amount": 5, "more": 1}},
        {"terms": {"amount": "5"}},
        {"kind": "percentage", "terms": {"rate": 10001}},
        {"kind": "tiers", "terms": {"steps": [[500, 600]]}},
        {"kind": "tiers", "terms": {"steps": 7}},
        {"kind": "bundle", "terms": {"quantities": [1, 1], "price": 5}},
        {"kind": "gift", "terms": {"units": 1}},
        {"kind": "gift", "terms": {"units": 2**60}, "gift_sku": "TEA"},
        {"kind": "percentage", "terms": {"rate": 1000.5}},
        {"kind": "percentage", "terms": {"rate": True}},
        {"terms": {"amount": 10.5}},
        {"terms": {"amount": 2**62}},
        {"terms": {"amount": 10, "each": "no"}},
        {"kind": "fixed_price", "terms": {"price": 99.5}},
        {"kind": "fixed_price", "terms": {"price": float("nan")}},
        {"kind": "buy_get", "terms": {"buy": 1.5, "get": 1}, "scopes": [{}, {}]},
        {"kind": "cheapest_free", "terms": {"of": 2.5}},
        {"kind": "bundle", "terms": {"quantities": [2], "price": 2**62}},
        {"kind": "bundle", "terms": {"quantities": {"a": 1}, "price": 1}},
        {"kind": "tiers", "terms": {"steps": [[500, 300]], "percent": {"a": "b"}}},
        {"kind": "tiers", "terms": {"steps": [[500, 300, 100]]}},
        {"kind": "tiers", "terms": {"steps": [[500.5, 300]]}},
        {"gift_sku": "TEA"},
        {"scopes": [{"skus": ["NONE"]}]},
        {"conditions": {"starts": "2026-11-27T00:00Z"}},
        {"conditions": {"starts": "soon"}},
        {"conditions": {"starts": "2026-11-27T00:00", "ends": "2026-11-26T00:00"}},
        {"conditions": {"hours": [{"days": [1], "since": "19:00", "until": "17:00"}]}},
        {"conditions": {"hours": [{"days": [1], "since": "00:00Z", "until": "23:59Z"}]}},
        {"conditions": {"channels": ["app"]}},
        {"conditions": {"channels": ["app"]}, "reason": " ", "approved_by": " "},
        {"conditions": {"channels": ["ap"]}, "reason": "Launch", "approved_by": "Ada"},
        {"conditions": {"locations": ["nowhere"]}, "reason": "Launch", "approved_by": "Ada"},
        {"conditions": {"moon": "full"}},
        {"code": "five"},
    ],
    ids=str,
)
def test_an_impossible_promotion_is_refused_with_the_remedy(
    stocked: Shop, wrong: dict[str, Any]
) -> None:
    answer = post(stocked, "promotions", new(**wrong))
    assert answer.status_code == 422, answer.get_json()
    assert answer.get_json()["errors"]
    assert stocked.promotions() == []


def test_a_promotion_of_one_channel_needs_a_reason(stocked: Shop) -> None:
    stocked.promote(
        **FIVE, conditions={"channels": ["app"]}, reason="Launch of the app", approved_by="Ada"
    )
    assert stocked.cart({"MUG": 1})["quote"]["total"] == 999


def test_the_event_has_the_whole_promotion(stocked: Shop) -> None:
    """A reader of the audit log must see what was allowed, and by whom."""
    conditions = {"channels": ["app"], "locations": ["lds"]}
    entered = new(
        conditions=conditions, priority=7, exclusive=True, uses_limit=3, limit_per_customer=1, reason="Launch",
        approved_by="Ada",
    )  # fmt: skip
    stocked.merchant("POST", "promotions", entered)
    reported = stocked.event("promotion.created").payload
    assert reported == {**entered, "currency": "GBP", "gift_sku": None, "scopes": [{}]}
