"""Orders that end or are reinstated during a refund or void: goods never leave unpaid."""

from datetime import timedelta

import pytest

from app.core.provider import Declined
from tests.drivers.payments import authorised, expire, reconcile, refund
from tests.drivers.shop import Placed, Shop, new_key
from tests.fakes.provider import silent


def charged_early(shop: Shop) -> tuple[Placed, str]:
    """Return a ready order whose card was charged early, because its authorisation would have expired."""
    shop.stock("A", 1000, lds=9)
    shop.provider.capture_before = shop.clock.now() + timedelta(days=1)
    placed, seen = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    assert shop.seen(placed)["paid"] == 1000
    return placed, seen.id


def reinstate(shop: Shop, placed: Placed) -> int:
    answer = shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/reinstate", {})
    return int(answer.status_code)


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_order_is_cancelled_during_a_partial_refund(shop: Shop, when: str):
    placed, provider_id = charged_early(shop)
    getattr(shop.provider, when)["refund"] = silent()
    assert refund(shop, placed, 400).status_code == 201
    path = f"/api/v1/orders/{placed.number}/cancel"
    assert shop.call("POST", path, placed.token, key=new_key()).status_code == 200
    reconcile(shop)
    given = sorted(one.amount for one in shop.provider.payments[provider_id].refunds)
    assert given == [400, 600]
    order = shop.seen(placed)
    assert (order["paid"], order["total_credited"]) == (0, 0)
    assert shop.violations() == {}


def test_a_reinstated_order_must_be_paid_again_if_its_refund_is_in_progress(shop: Shop):
    placed, _ = charged_early(shop)
    shop.provider.before["refund"] = silent()
    expire(shop, minutes=30 * 24 * 60)
    assert shop.seen(placed)["paid"] == 1000
    assert reinstate(shop, placed) == 200
    assert shop.staff("GET", f"orders/{placed.number}").get_json()["amount_outstanding"] == 1000
    assert shop.hand_over(placed, 0).status_code == 422
    assert shop.hand_over(placed, 1000).status_code == 200
    reconcile(shop)
    assert shop.seen(placed)["paid"] == 1000
    assert shop.violations() == {}


def test_an_order_cannot_be_reinstated_while_its_authorisation_is_being_voided(shop: Shop):
    shop.stock("A", 1000, lds=9)
    placed, _ = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    shop.provider.before["void"] = silent()
    expire(shop, minutes=30 * 24 * 60)
    assert reinstate(shop, placed) == 409
    reconcile(shop)
    assert reinstate(shop, placed) == 200
    assert shop.hand_over(placed, 0).status_code == 422
    assert shop.hand_over(placed, 1000).status_code == 200
    assert shop.violations() == {}


def test_a_refund_of_an_expired_order_does_not_make_its_goods_free_of_charge(shop: Shop):
    placed, _ = charged_early(shop)
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "Gone.")]
    expire(shop, minutes=30 * 24 * 60)
    assert refund(shop, placed, 1000).status_code == 201
    assert reinstate(shop, placed) == 200
    assert shop.staff("GET", f"orders/{placed.number}").get_json()["amount_outstanding"] == 1000
