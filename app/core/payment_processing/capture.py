"""Captures authorised payments at the hand-over: stored value at once, cards after the commit."""

from typing import NamedTuple
from uuid import UUID

from app.core.orders.locking import OpenOrder
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt
from app.core.payment_processing.release import release_payment, release_stored_value
from app.core.payments import ledger, tenders
from app.core.payments.apply_provider_state import live_attempts
from app.core.payments.models import Payment
from app.core.payments.refund_plan import plan


class Captured(NamedTuple):
    """Minor units."""

    amount: int
    """Captured now."""
    pending: int
    """Being captured by the provider."""


def capture(open_order: OpenOrder, event_id: UUID | None = None) -> Captured:
    """Capture the amount due, or the authorised amount if that is less.

    Add what is captured now to the order's paid amount. A capture that is under way is not requested again.
    """
    shares = capture_amounts(open_order)
    captured = pending = 0
    for payment in tenders.in_turn(open_order.payments):
        if payment.status != "authorised":
            continue
        amount = shares[payment.id]
        if not amount:
            release_payment(open_order, payment)
        elif payment.method == "card":
            pending += capture_card(open_order, payment, amount)
        else:
            captured += _capture_stored_value(open_order, payment, amount, event_id)
    open_order.order.paid += captured
    return Captured(captured, pending)


def capture_amounts(open_order: OpenOrder) -> dict[UUID, int]:
    """Return the amount to capture of each authorised payment, minor units.

    After a short pick less is due than was authorised. Each payment then keeps its share of the difference, by the
    same plan as a refund. So it makes no difference whether units were dropped before or refunded after.
    """
    balance = open_order.balance()
    surplus = min(max(-balance.amount_outstanding, 0), balance.authorised)
    kept = plan(tenders.authorised(open_order.payments), surplus)
    return {
        one.id: one.authorised - kept.get(one.id, 0)
        for one in open_order.payments
        if one.status == "authorised"
    }


def capture_card(open_order: OpenOrder, payment: Payment, amount: int) -> int:
    """Request a capture after the commit and return its amount, or the amount of the one under way."""
    tx = open_order.tx
    for under_way in live_attempts(tx, payment.id, "capture"):
        return under_way.amount
    begin_attempt(tx, open_order.order, AttemptRequest("capture", amount, payment_id=payment.id))
    return amount


def _capture_stored_value(
    open_order: OpenOrder, payment: Payment, amount: int, event_id: UUID | None
) -> int:
    """Capture a gift card or store credit. Its account was debited at the authorisation, so credit the rest."""
    if rest := payment.authorised - amount:
        release_stored_value(open_order, payment, rest)
    payment.status = "captured"
    tx, order = open_order.tx, open_order.order
    return ledger.record(tx, order, payment, "capture", amount, event_id=event_id)
