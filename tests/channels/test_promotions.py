"""Promotions and coupons, from the merchant who enters them to the order that redeems them."""

from typing import Any

import pytest

from tests.concurrency import at_once
from tests.drivers import order_statuses
from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop

COUPON: dict[str, Any] = {"coupon": True}
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


def put(shop: Shop, cart: dict[str, Any], code: str, method: str = "PUT") -> Any:
    return shop.call(method, f"/api/v1/carts/{cart['id']}/coupons/{code}", cart["token"])


def test_a_promotion_without_a_coupon_applies_to_the_next_cart(stocked: Shop) -> None:
    before = stocked.cart({"MUG": 3})
    stocked.promote(**FIVE)
    quote = stocked.cart({"MUG": 3})["quote"]
    assert (before["quote"]["total"], quote["total"], quote["tax"]) == (2997, 2497, 416)
    assert quote["discounts"] == [{"code": "FIVE", "title": "Promotion FIVE", "amount": 500}]
    assert [line["discount"] for line in quote["lines"]] == [500]
    refused = stocked.checkout(before)
    assert refusal(refused) == (409, "price_changed")
    assert refused.get_json()["errors"]["quote"]["total"] == 2497


def test_an_order_keeps_and_counts_its_redemptions(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions=COUPON, uses_limit=2)
    cart = stocked.with_coupon(stocked.cart({"MUG": 3}), "five")
    assert cart["coupons"] == [{"code": "FIVE", "applied": True}]
    answer = stocked.checkout(cart)
    assert answer.status_code == 201, answer.get_json()
    body = answer.get_json()
    order = stocked.call("GET", f"/api/v1/orders/{body['number']}", body["token"]).get_json()
    assert (order["total"], order["net"], order["tax"]) == (2497, 2081, 416)
    assert order["discounts"] == [{"code": "FIVE", "title": "Promotion FIVE", "amount": 500}]
    assert order["taxes"] == [{"name": "", "rate": 200_000, "total": 2497, "net": 2081, "tax": 416}]
    assert order["quote_hash"] == cart["quote"]["hash"]
    reported = stocked.merchant("GET", "promotions/FIVE")
    assert (reported["orders"], reported["saved"], reported["coupons"]) == (1, 500, 1)
    assert stocked.violations() == {}


@pytest.mark.parametrize("typed", ["spring-10", "SPRING10", "spr1ng1o", "SPRlNG IO"])
def test_a_coupon_is_found_in_any_notation(stocked: Shop, typed: str) -> None:
    stocked.promote(**FIVE, conditions=COUPON)
    stocked.merchant("POST", "promotions/FIVE/coupons", {"codes": ["SPRING10"]})
    cart = stocked.with_coupon(stocked.cart({"MUG": 1}), typed)
    assert cart["coupons"] == [{"code": "SPRING10", "applied": True}]


def test_a_coupon_can_be_removed_and_a_second_removal_changes_nothing(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions=COUPON)
    cart = stocked.with_coupon(stocked.with_coupon(stocked.cart({"MUG": 1})))
    assert cart["quote"]["total"] == 499
    for _ in range(2):
        cart = put(stocked, cart, "FIVE", "DELETE").get_json() | {"token": cart["token"]}
        assert (cart["coupons"], cart["quote"]["total"]) == ([], 999)


def test_an_unknown_or_ended_coupon_is_reported(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions=COUPON)
    cart = stocked.cart({"MUG": 1})
    assert refusal(put(stocked, cart, "SIX")) == (404, "coupon_not_found")
    for _ in range(2):
        assert stocked.merchant("POST", "promotions/FIVE/deactivate")["active"] is False
    assert refusal(put(stocked, cart, "FIVE")) == (404, "coupon_not_found")


def test_a_coupon_with_unmet_conditions_is_kept_and_not_applied(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions={**COUPON, "min_amount": 2000})
    cart = stocked.with_coupon(stocked.cart({"MUG": 1}))
    assert (cart["coupons"], cart["quote"]["total"]) == ([{"code": "FIVE", "applied": False}], 999)


def test_simultaneous_redemptions_of_one_person_stop_at_the_limit_per_customer(
    stocked: Shop,
) -> None:
    stocked.promote(**FIVE, limit_per_customer=2)
    carts = [stocked.cart({"MUG": 1}) for _ in range(6)]
    ada = [{"name": "Ada", "email": email} for email in ("ada@example.com", "ADA@Example.com")] * 3
    answers = at_once(
        *(
            lambda cart=cart, contact=contact: stocked.checkout(cart, contact=contact)
            for cart, contact in zip(carts, ada, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [409] * 4
    other = stocked.checkout(
        stocked.cart({"MUG": 1}), contact={"name": "B", "email": "b@example.com"}
    )
    assert other.status_code == 201
    assert stocked.violations() == {}


def test_a_cancelled_order_releases_its_coupon_and_a_collected_one_does_not(
    stocked: Shop,
) -> None:
    stocked.promote(**FIVE, conditions=COUPON, uses_limit=1, limit_per_customer=1)
    full = stocked.with_coupon(stocked.cart({"MUG": 1}))
    first = stocked.checkout(stocked.with_coupon(stocked.cart({"MUG": 1}))).get_json()
    assert refusal(stocked.checkout(full)) == (409, "price_changed")
    cancelled = stocked.call("POST", f"/api/v1/orders/{first['number']}/cancel", first["token"])
    assert cancelled.status_code == 200
    assert stocked.checkout(full).status_code == 201
    assert [promotion.redemption_count for promotion in stocked.promotions()] == [1]
    assert stocked.violations() == {}


def test_an_expired_order_releases_its_coupon(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions=COUPON, uses_limit=1)
    stocked.checkout(stocked.with_coupon(stocked.cart({"MUG": 1})))
    order_statuses.expire(stocked)
    assert [promotion.redemption_count for promotion in stocked.promotions()] == [0]
    assert stocked.violations() == {}


def test_a_gift_is_reserved_like_any_line_and_given_while_available(stocked: Shop) -> None:
    stocked.promote("gift", {"units": 1}, "TEA", scopes=[{"skus": ["LAMP"]}], gift_sku="TEA")
    cart = stocked.cart({"LAMP": 1})
    assert [(line["sku"], line["total"]) for line in cart["quote"]["lines"]] == [
        ("LAMP", 2400), ("TEA", 0)
    ]  # fmt: skip
    assert stocked.checkout(cart).status_code == 201
    assert stocked.levels("TEA") == (3, 1, 2)
    stocked.order({"TEA": 2})
    assert [line["sku"] for line in stocked.cart({"LAMP": 1})["quote"]["lines"]] == ["LAMP"]
    assert stocked.violations() == {}


def test_a_first_order_promotion_does_not_apply_to_the_second(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions={"first_order": True})
    first, second = stocked.cart({"MUG": 1}), stocked.cart({"MUG": 1})
    assert second["quote"]["total"] == 499
    assert stocked.checkout(first).status_code == 201
    refused = stocked.checkout(second)
    assert refusal(refused) == (409, "price_changed")
    assert "first orders only" in refused.get_json()["message"]
    second["quote"] = refused.get_json()["errors"]["quote"]
    assert stocked.checkout(second).get_json()["total"] == 999


def test_a_short_pick_lowers_the_amount_due_by_the_discounted_share(stocked: Shop) -> None:
    stocked.promote(**FIVE)
    placed = stocked.order({"MUG": 3})
    assert stocked.pick(placed, {"MUG": 2}, MUG=1).get_json()["amount_due"] == 2497 - 832
    assert stocked.violations() == {}


def test_a_code_belongs_to_one_promotion(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions=COUPON)
    assert refusal(post(stocked, "promotions", new())) == (409, "promotion_code_taken")
    taken = post(stocked, "promotions/FIVE/coupons", {"codes": ["Five"]})
    assert refusal(taken) == (409, "coupon_code_taken")
    alike = post(stocked, "promotions/FIVE/coupons", {"codes": ["OIL", "011"]})
    assert refusal(alike) == (422, "invalid")
    assert refusal(post(stocked, "promotions/FIVE/coupons", {"codes": ["§§§"]})) == (422, "invalid")
    assert refusal(post(stocked, "promotions/NONE/coupons", {"count": 1})) == (404, "not_found")


def test_many_coupons_are_created_at_once(stocked: Shop) -> None:
    stocked.promote(**FIVE, conditions=COUPON)
    codes = stocked.merchant("POST", "promotions/FIVE/coupons", {"count": 500})["codes"]
    assert len(set(codes)) == 500
    assert stocked.with_coupon(stocked.cart({"MUG": 1}), codes[0])["quote"]["total"] == 499


def test_promotions_are_listed_page_by_page(stocked: Shop) -> None:
    for code in ("A", "B", "C"):
        stocked.promote(**FIVE, code=code)
    stocked.merchant("POST", "promotions/B/deactivate")
    page = stocked.merchant("GET", "promotions?limit=2")
    assert [one["code"] for one in page["items"]] == ["A", "B"]
    rest = stocked.merchant("GET", f"promotions?limit=2&cursor={page['next_cursor']}")
    assert ([one["code"] for one in rest["items"]], rest["next_cursor"]) == (["C"], None)
    active = stocked.merchant("GET", "promotions?active=true")["items"]
    assert [one["code"] for one in active] == ["A", "C"]
    answer = stocked.call("GET", "/api/admin/v1/promotions/NONE", stocked.keys["merchant"])
    assert refusal(answer) == (404, "not_found")
