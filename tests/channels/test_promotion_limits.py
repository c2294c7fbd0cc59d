"""Promotions at their limit: no cart is offered them, and no cart is blocked by them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests import concurrency
from tests.drivers import order_statuses
from tests.drivers.refusals import refusal
from tests.drivers.shop import Placed, Shop

COUPON: dict[str, Any] = {"coupon": True}
HALF: dict[str, Any] = {"kind": "percentage", "terms": {"rate": 5000}}


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 1000, lds=50)
    shop.stock("CUP", 1000, lds=50)
    shop.stock("TOY", 300, lds=10)
    return shop


def put(shop: Shop, cart: dict[str, Any], code: str) -> Any:
    return shop.call("PUT", f"/api/v1/carts/{cart['id']}/coupons/{code}", cart["token"])


def half_price(shop: Shop) -> int:
    """Return the live orders with the half-price discount."""
    live = [one for one in shop.order_records() if one.status not in ("cancelled", "expired")]
    return len([order for order in live if order.total == 500])


def test_a_cart_is_not_offered_a_promotion_that_others_used_up(stocked: Shop) -> None:
    stocked.promote(**HALF, uses_limit=1)
    before = stocked.cart({"MUG": 1})
    stocked.order({"MUG": 1})
    refused = stocked.checkout(before)
    assert refusal(refused) == (409, "price_changed")
    [why] = refused.get_json()["errors"]["why"]
    assert why["text"] == "Promotion FIVE no longer applies: it saved £5.00"
    assert stocked.checkout(before, expected_total=1000).status_code == 201
    after = stocked.cart({"MUG": 1})
    assert after["quote"]["total"] == 1000
    assert stocked.checkout(after).status_code == 201
    assert stocked.violations() == {}


def test_a_customer_at_the_limit_pays_the_price_without_the_promotion(stocked: Shop) -> None:
    stocked.promote(**HALF, limit_per_customer=1)
    stocked.order({"MUG": 1})
    cart = stocked.cart({"MUG": 1})
    refused = stocked.checkout(cart)
    assert refusal(refused) == (409, "price_changed")
    [why] = refused.get_json()["errors"]["why"]
    assert why["text"] == "Promotion FIVE has reached its limit"
    assert stocked.checkout(cart, expected_total=1000).status_code == 201
    assert stocked.violations() == {}


def test_the_promotion_that_replaces_one_at_its_limit_is_checked_too(
    stocked: Shop,
) -> None:
    for code, rate in (("A", 5000), ("B", 4000)):
        stocked.promote("percentage", {"rate": rate}, code, exclusive=True, limit_per_customer=1)
    totals = []
    for _ in range(3):
        cart = stocked.cart({"MUG": 1})
        answer = stocked.checkout(cart)
        if answer.status_code == 409:
            shown = answer.get_json()["errors"]["quote"]["total"]
            answer = stocked.checkout(cart, expected_total=shown)
        totals.append(answer.get_json()["total"])
    assert totals == [500, 600, 1000]
    assert stocked.violations() == {}


def test_a_gift_at_its_limit_blocks_no_order(stocked: Shop) -> None:
    stocked.promote("gift", {"units": 1}, gift_sku="TOY", uses_limit=2)
    for _ in range(4):
        stocked.order({"MUG": 1})
    assert stocked.levels("TOY").reserved == 2
    assert stocked.violations() == {}


def test_a_cart_shows_a_used_up_coupon_as_not_applied_and_accepts_no_new_one(stocked: Shop) -> None:
    stocked.promote(**HALF, conditions=COUPON, uses_limit=1)
    theirs = stocked.with_coupon(stocked.cart({"MUG": 1}))
    stocked.checkout(stocked.with_coupon(stocked.cart({"MUG": 1})))
    seen = stocked.call("GET", f"/api/v1/carts/{theirs['id']}", theirs["token"]).get_json()
    assert (seen["coupons"], seen["quote"]["total"]) == ([{"code": "FIVE", "applied": False}], 1000)
    assert refusal(put(stocked, stocked.cart({"MUG": 1}), "FIVE")) == (404, "coupon_not_found")


def test_of_two_coupons_of_a_promotion_the_available_one_is_redeemed(stocked: Shop) -> None:
    stocked.promote(**HALF, conditions=COUPON)
    stocked.merchant("POST", "promotions/FIVE/coupons", {"codes": ["AAA", "ZZZ"], "uses_limit": 1})
    theirs = stocked.with_coupon(stocked.with_coupon(stocked.cart({"MUG": 1}), "AAA"), "ZZZ")
    assert [coupon["applied"] for coupon in theirs["coupons"]] == [True, False]
    assert stocked.checkout(stocked.with_coupon(stocked.cart({"MUG": 1}), "AAA")).status_code == 201
    assert stocked.checkout(theirs).status_code == 201
    used = {one.code: one.redemption_count for one in stocked.coupons() if one.redemption_count}
    assert used == {"AAA": 1, "ZZZ": 1}


def test_of_two_simultaneous_checkouts_the_slower_is_told_of_the_limit(
    stocked: Shop,
) -> None:
    """Both have accepted a price when the last redemption is counted."""
    stocked.promote("percentage", {"rate": 100}, code="OPEN")
    stocked.promote(**HALF, uses_limit=1)
    carts = [stocked.cart({"MUG": 1}), stocked.cart({"CUP": 1})]
    lock = "SELECT 1 FROM promotions WHERE code = 'FIVE' FOR NO KEY UPDATE"
    with ThreadPoolExecutor(2) as pool:
        with stocked.engine.begin() as blocker:
            blocker.exec_driver_sql(lock)
            answers = [pool.submit(stocked.checkout, cart) for cart in carts]
            concurrency.wait_for_a_lock(stocked.engine, 2)
        done = sorted((answer.result() for answer in answers), key=lambda one: one.status_code)
    assert (done[0].status_code, refusal(done[1])) == (201, (409, "promotion_limit_reached"))
    assert "Promotion FIVE" in done[1].get_json()["message"]
    assert "OPEN" not in done[1].get_json()["message"]
    slower = next(cart for cart, one in zip(carts, answers, strict=True) if one.result() is done[1])
    assert refusal(stocked.checkout(slower)) == (409, "price_changed")
    assert stocked.checkout(slower, expected_total=990).status_code == 201
    assert stocked.violations() == {}


def test_of_six_simultaneous_orders_one_is_the_first_order(stocked: Shop) -> None:
    for code in ("ONE", "TWO"):
        stocked.promote(
            **HALF, code=code, scopes=[{"skus": ["MUG" if code == "ONE" else "CUP"]}],
            conditions={"first_order": True},
        )  # fmt: skip
    carts = [stocked.cart({sku: 1}) for sku in ("MUG", "CUP") * 3]
    answers = concurrency.at_once(*(lambda cart=cart: stocked.checkout(cart) for cart in carts))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert half_price(stocked) == 1


def test_an_expired_order_does_not_count_as_the_first(stocked: Shop) -> None:
    stocked.promote(**HALF, conditions={"first_order": True})
    stocked.order({"MUG": 1})
    order_statuses.expire(stocked)
    assert stocked.checkout(stocked.cart({"MUG": 1})).status_code == 201


def expired_with_coupon(shop: Shop) -> Placed:
    body = shop.checkout(shop.with_coupon(shop.cart({"MUG": 1}))).get_json()
    order_statuses.expire(shop)
    return Placed(body["number"], body["token"], body["fulfilments"][0]["code"], body)


def reinstate(shop: Shop, placed: Placed) -> None:
    answer = shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/reinstate")
    assert answer.status_code == 200, answer.get_json()


def counted(shop: Shop) -> list[tuple[int, ...]]:
    rows = zip(shop.promotions(), shop.coupons(), shop.customer_usage(), strict=True)
    return [tuple(each.redemption_count for each in row) for row in rows]


def limited(shop: Shop) -> None:
    shop.promote(**HALF, conditions=COUPON, uses_limit=1, limit_per_customer=1)
    shop.change("UPDATE coupons SET uses_limit = 1")


def test_a_reinstated_order_redeems_its_promotions_again(stocked: Shop) -> None:
    limited(stocked)
    one = expired_with_coupon(stocked)
    assert counted(stocked) == [(0, 0, 0)]
    reinstate(stocked, one)
    assert counted(stocked) == [(1, 1, 1)]
    refused = put(stocked, stocked.cart({"MUG": 1}), "FIVE")
    assert refusal(refused) == (404, "coupon_not_found")
    assert stocked.violations() == {}
    assert order_statuses.cancel(stocked, one) == 200
    assert counted(stocked) == [(0, 0, 0)]
    assert stocked.violations() == {}


def test_a_reinstated_order_keeps_its_price_beyond_the_limit(
    stocked: Shop,
) -> None:
    limited(stocked)
    one = expired_with_coupon(stocked)
    assert stocked.checkout(stocked.with_coupon(stocked.cart({"MUG": 1}))).status_code == 201
    reinstate(stocked, one)
    assert half_price(stocked) == 2
    assert [one.beyond_limit for one in stocked.redemptions()] == [True, False]
    assert counted(stocked) == [(1, 1, 1)]
    assert order_statuses.cancel(stocked, one) == 200
    assert counted(stocked) == [(1, 1, 1)]
    assert stocked.violations() == {}


def test_a_checkout_and_a_cancellation_lock_promotions_in_one_order(stocked: Shop) -> None:
    """The same person, other goods: neither waits for the other while it holds a lock."""
    for code in ("P1", "P2"):
        stocked.promote(
            "percentage", {"rate": 1000}, code=code, uses_limit=10, limit_per_customer=5
        )
    placed, cart = stocked.order({"MUG": 1}), stocked.cart({"CUP": 1})
    before = concurrency.deadlocks(stocked.engine)
    last = "SELECT 1 FROM promotions WHERE id = (SELECT max(id::text)::uuid FROM promotions) FOR NO KEY UPDATE"
    with ThreadPoolExecutor(2) as pool:
        with stocked.engine.begin() as blocker:
            blocker.exec_driver_sql(last)
            ordered = pool.submit(lambda: stocked.checkout(cart).status_code)
            concurrency.wait_for_a_lock(stocked.engine, 1)
            cancelled = pool.submit(lambda: order_statuses.cancel(stocked, placed))
            concurrency.wait_for_a_lock(stocked.engine, 2)
        assert (ordered.result(), cancelled.result()) == (201, 200)
    assert concurrency.deadlocks(stocked.engine) == before
    assert stocked.violations() == {}
