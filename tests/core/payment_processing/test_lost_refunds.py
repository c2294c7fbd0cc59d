"""A refund with a lost response is paid once, however long the provider does not respond, is slow or fails."""

import pytest

from app.core.provider import Declined, KeyExhausted
from tests.drivers.payments import collected, gift_card, reconcile, refund, shown
from tests.drivers.shop import Placed, Shop
from tests.fakes.provider import silent


def spent(times: int) -> list[BaseException]:
    """The first call ended in an error, which its key returns again."""
    return [KeyExhausted("500") for _ in range(times)]


@pytest.fixture
def sold(shop: Shop) -> tuple[Placed, str]:
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 2})
    return placed, seen.id


def given(shop: Shop, provider_id: str) -> list[int]:
    return [one.amount for one in shop.provider.payments[provider_id].refunds]


def attempts(shop: Shop) -> list[tuple[str, str | None]]:
    return [(one.status, one.failure_code) for one in shop.attempts(kind="refund")]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_response_is_retried_with_the_same_key_while_the_provider_remembers_it(
    shop: Shop, sold: tuple[Placed, str], when: str
):
    """The first call may still be in progress: only its own key guarantees one refund."""
    placed, provider_id = sold
    getattr(shop.provider, when)["refund"] = silent(6)
    refund(shop, placed, 700)
    for _ in range(6):
        assert attempts(shop) == [("unknown", None)]
        reconcile(shop, seconds=60)
    assert attempts(shop) == [("done", None)]
    assert given(shop, provider_id) == [700]
    assert shop.violations() == {}


def test_a_key_that_only_returns_an_error_is_replaced_once_it_can_have_no_effect(
    shop: Shop, sold: tuple[Placed, str]
):
    placed, provider_id = sold
    shop.provider.before["refund"] = spent(3)
    refund(shop, placed, 700)
    reconcile(shop, seconds=30)
    assert attempts(shop) == [("unknown", None)], "it may come yet"
    reconcile(shop, seconds=30)
    assert attempts(shop) == [("failed", "never_happened"), ("done", None)]
    assert given(shop, provider_id) == [700]
    assert shop.violations() == {}


def test_the_effect_of_a_call_that_ended_in_an_error_is_found_and_not_repeated(
    shop: Shop, sold: tuple[Placed, str]
):
    placed, provider_id = sold
    shop.provider.after["refund"] = spent(3)
    refund(shop, placed, 700)
    reconcile(shop, seconds=30)
    reconcile(shop, seconds=30)
    assert attempts(shop) == [("done", None)]
    assert given(shop, provider_id) == [700]
    assert [one.status for one in shop.refunds()] == ["done"]


def test_a_refund_that_is_lost_three_times_needs_review(shop: Shop, sold: tuple[Placed, str]):
    placed, provider_id = sold
    shop.provider.before["refund"] = spent(20)
    refund(shop, placed, 700)
    for _ in range(12):
        reconcile(shop, seconds=30)
    assert [why for _, why in attempts(shop)] == ["never_happened", "never_happened", "given_up"]
    assert given(shop, provider_id) == []
    assert [one.status for one in shop.refunds()] == ["needs_review"]
    assert shop.violations() == {}


def test_each_refund_has_its_own_attempts(shop: Shop, sold: tuple[Placed, str]):
    placed, provider_id = sold
    for amount in (100, 200, 300):
        shop.provider.before["refund"] = spent(3)
        refund(shop, placed, amount)
        reconcile(shop, seconds=30)
        reconcile(shop, seconds=30)
    assert given(shop, provider_id) == [100, 200, 300]
    assert {order.review_reason for order in shop.order_records()} == {None}


def test_a_lost_refund_is_retried_on_its_tender_and_a_declined_one_goes_to_the_next(shop: Shop):
    shop.stock("A", 1000, lds=5)
    card = gift_card(shop, 1000)
    placed, _ = collected(shop, {"A": 2}, gift_cards=[shown(card)])
    shop.provider.before["refund"] = [*spent(3), Declined("expired_or_canceled_card", "Gone.")]
    refund(shop, placed, 400)
    reconcile(shop, seconds=30)
    reconcile(shop, seconds=30)
    assert [why for _, why in attempts(shop)] == ["never_happened", "expired_or_canceled_card"]
    assert shop.balance() == 400
    assert shop.violations() == {}
