"""At the hand-over, what was set aside is taken: of our own balances at once, of cards after the commit."""

from collections.abc import Sequence
from uuid import UUID

from app.core.orders.models import Order
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt
from app.core.payment_processing.balance_due import amount_outstanding
from app.core.payment_processing.release import release, release_payment
from app.core.payments import ledger, tenders
from app.core.payments.apply_provider_state import live_attempts
from app.core.payments.models import Payment
from app.core.payments.refund_plan import plan
from app.core.transaction import Transaction


def capture(
    tx: Transaction, order: Order, payments: Sequence[Payment], event_id: UUID | None = None
) -> tuple[int, int]:
    """(taken now, being taken): together what is due, or less where less is set aside. What is being taken already
    is not asked for again.
    """
    shares = capture_amounts(order, payments)
    taken = taking = 0
    for payment in tenders.in_turn(payments):
        if payment.status != "authorised":
            continue
        amount = shares[payment.id]
        if not amount:
            release_payment(tx, order, payment)
        elif payment.method == "card":
            taking += capture_card(tx, order, payment, amount)
        else:
            taken += _capture_balance(tx, order, payment, amount, event_id)
    return taken, taking


def capture_amounts(order: Order, payments: Sequence[Payment]) -> dict[UUID, int]:
    """What is to be taken of each tender that is set aside, minor units.

    After a short pick less is due than was set aside: each tender then keeps its share of what fell away, by the
    same plan as a refund, so that it makes no difference whether something was dropped before or given back after.
    """
    surplus = min(max(-amount_outstanding(order, payments), 0), tenders.secured(payments))
    kept = plan(tenders.held(payments), surplus)
    return {
        one.id: one.authorised - kept.get(one.id, 0)
        for one in payments
        if one.status == "authorised"
    }


def capture_card(tx: Transaction, order: Order, payment: Payment, amount: int) -> int:
    """Have it captured after the commit; by how much: where it is under way, what was asked for then."""
    under_way = (one for one in live_attempts(tx, payment.id) if one.kind == "capture")
    if (known := next(under_way, None)) is not None:
        return known.amount
    begin_attempt(tx, order, payment.id, AttemptRequest("capture", amount))
    return amount


def _capture_balance(
    tx: Transaction, order: Order, payment: Payment, amount: int, event_id: UUID | None
) -> int:
    """A gift card or store credit was debited when it was set aside: what is not needed goes back."""
    if rest := payment.authorised - amount:
        release(tx, order, payment, rest)
    payment.status = "captured"
    return ledger.record(tx, order, payment, "capture", amount, event_id=event_id)
