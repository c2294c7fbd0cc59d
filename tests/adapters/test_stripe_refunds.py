"""Refunds and disputes after a capture, as the port returns them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.core.provider import Declined
from tests.drivers.stripe_standin import Provider, make_provider

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DISPUTED = "4000000000000259"


@pytest.fixture
def provider() -> Provider:
    provider = make_provider()
    provider.control.set_clock(NOON)
    return provider


def test_refunds_name_the_attempts_that_requested_them(provider: Provider):
    captured, first, second = provider.captured(5000), uuid4(), uuid4()
    provider.gateway.refund(captured.id, 1000, first, "first")
    seen = provider.gateway.refund(captured.id, 4000, second, "second")
    assert {(one.attempt_id, one.amount, one.status) for one in seen.refunds} == {
        (first, 1000, "succeeded"),
        (second, 4000, "succeeded"),
    }


def test_a_refund_of_more_than_the_rest_is_declined(provider: Provider):
    captured = provider.captured(5000)
    with pytest.raises(Declined):
        provider.gateway.refund(captured.id, 5001, uuid4(), "too much")
    provider.gateway.refund(captured.id, 5000, uuid4(), "all")
    with pytest.raises(Declined) as refused:
        provider.gateway.refund(captured.id, 1, uuid4(), "one more")
    assert refused.value.code == "charge_already_refunded"


def test_a_refund_is_pending_and_then_fails(provider: Provider):
    captured = provider.captured()
    provider.control.switch(refunds="pending")
    (waiting,) = provider.gateway.refund(captured.id, 1000, uuid4(), "refund").refunds
    assert waiting.status == "pending"
    provider.control.complete_refund(waiting.id, "failed")
    assert [one.status for one in provider.gateway.get_payment(captured.id).refunds] == ["failed"]


def test_a_refund_that_the_account_cannot_pay_is_declined(provider: Provider):
    captured = provider.captured()
    provider.control.switch(refunds="declined")
    with pytest.raises(Declined) as refused:
        provider.gateway.refund(captured.id, 1000, uuid4(), "refund")
    assert refused.value.code == "balance_insufficient"


def test_all_refunds_are_returned_including_those_of_the_dashboard(provider: Provider):
    captured = provider.captured(5000)
    for number in range(12):
        provider.gateway.refund(captured.id, 100, uuid4(), f"refund {number}")
    provider.control.call("refunds.create", payment_intent=captured.id, amount=7)
    refunds = provider.gateway.get_payment(captured.id).refunds
    assert sum(one.amount for one in refunds) == 12 * 100 + 7
    assert [one.amount for one in refunds if one.attempt_id is None] == [7]


def test_a_dispute_is_returned_answered_and_won(provider: Provider):
    authorised = provider.authorised(5000, DISPUTED)
    (dispute,) = provider.gateway.capture(authorised.id, 5000, "capture").disputes
    assert (dispute.amount, dispute.reason, dispute.status) == (5000, "fraudulent", "open")
    assert dispute.opened_at == NOON
    assert dispute.evidence_due_by == NOON + timedelta(days=7)
    provider.gateway.submit_evidence(dispute.id, {"product_description": "A teapot"}, "evidence")
    (responded,) = provider.gateway.get_payment(authorised.id).disputes
    assert responded.status == "under_review"
    provider.control.close_dispute(dispute.id, "won")
    assert [one.status for one in provider.gateway.get_payment(authorised.id).disputes] == ["won"]
    with pytest.raises(Declined):
        provider.gateway.submit_evidence(dispute.id, {"product_description": "Late"}, "too late")
