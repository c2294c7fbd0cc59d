"""Coupons cannot be guessed, and a leaked one can be deactivated."""

from datetime import timedelta
from typing import Any

import pytest

from tests.drivers.catalogue import call, events
from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop

TRIES = 30


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 1000, lds=50)
    shop.promote("percentage", {"rate": 5000}, conditions={"coupon": True})
    return shop


def put(shop: Shop, cart: dict[str, Any], code: str) -> Any:
    return shop.call("PUT", f"/api/v1/carts/{cart['id']}/coupons/{code}", cart["token"])


def sign(shop: Shop, cart: dict[str, Any]) -> Any:
    return shop.call("POST", f"/api/v1/carts/{cart['id']}/quote", cart["token"])


def test_a_cart_can_try_30_coupons_in_an_hour(stocked: Shop) -> None:
    cart, other = stocked.cart({"MUG": 1}), stocked.cart({"MUG": 1})
    for number in range(TRIES):
        assert refusal(put(stocked, cart, f"GUESS{number}")) == (404, "coupon_not_found")
    stopped = put(stocked, cart, "FIVE")
    assert refusal(stopped) == (429, "too_many_attempts")
    assert stopped.headers["Retry-After"] == "3600"
    assert put(stocked, other, "FIVE").status_code == 200
    stocked.clock.advance(timedelta(hours=1))
    assert put(stocked, cart, "FIVE").status_code == 200


def test_removing_a_coupon_is_not_an_attempt(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    path = f"/api/v1/carts/{cart['id']}/coupons/FIVE"
    codes = {stocked.call("DELETE", path, cart["token"]).status_code for _ in range(TRIES + 1)}
    assert codes == {200}


def test_a_cart_can_have_30_quotes_signed_in_an_hour(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    assert {sign(stocked, cart).status_code for _ in range(TRIES)} == {201}
    assert refusal(sign(stocked, cart)) == (429, "too_many_attempts")
    assert len(stocked.signed_quotes()) == TRIES
    assert stocked.checkout(cart).status_code == 201


def test_the_coupons_of_a_promotion_are_listed_page_by_page(stocked: Shop) -> None:
    path = "promotions/FIVE/coupons"
    stocked.merchant("POST", path, {"codes": ["ANNA", "BERT"], "uses_limit": 2})
    stocked.checkout(stocked.with_coupon(stocked.cart({"MUG": 1}), "ANNA"))
    page = stocked.merchant("GET", f"{path}?limit=2")
    reported = [
        (one["code"], one["redemption_count"], one["uses_limit"], one["active"])
        for one in page["items"]
    ]
    assert reported == [("ANNA", 1, 2, True), ("BERT", 0, 2, True)]
    rest = stocked.merchant("GET", f"{path}?cursor={page['next_cursor']}")
    assert [(one["code"], one["redemption_count"]) for one in rest["items"]] == [("FIVE", None)]
    assert rest["next_cursor"] is None
    assert refusal(call(stocked, "GET", "promotions/NONE/coupons")) == (404, "not_found")


def test_a_deactivated_coupon_no_longer_applies(stocked: Shop) -> None:
    stocked.merchant("POST", "promotions/FIVE/coupons", {"codes": ["LEAKED-1"]})
    theirs = stocked.with_coupon(stocked.cart({"MUG": 1}), "LEAKED-1")
    for _ in range(2):
        assert (
            stocked.merchant("POST", "promotions/FIVE/coupons/leaked1/deactivate")["active"]
            is False
        )
    assert [one for one in events(stocked) if one[0] == "coupon.deactivated"] == [
        ("coupon.deactivated", {"promotion": "FIVE", "coupon": "LEAKED-1"})
    ]
    refused = stocked.checkout(theirs)
    assert refusal(refused) == (409, "price_changed")
    assert refused.get_json()["errors"]["old"] == theirs["quote"]
    assert stocked.checkout(theirs, expected_total=1000).status_code == 201
    assert refusal(put(stocked, stocked.cart({"MUG": 1}), "LEAKED-1")) == (404, "coupon_not_found")
    assert put(stocked, stocked.cart({"MUG": 1}), "FIVE").status_code == 200


def test_a_coupon_can_only_be_deactivated_in_its_own_promotion(stocked: Shop) -> None:
    stocked.promote("amount", {"amount": 5}, "OTHER", conditions={"coupon": True})
    for path in (
        "promotions/OTHER/coupons/FIVE/deactivate",
        "promotions/FIVE/coupons/NONE/deactivate",
    ):
        assert refusal(call(stocked, "POST", path)) == (404, "not_found")
    assert put(stocked, stocked.cart({"MUG": 1}), "FIVE").status_code == 200
