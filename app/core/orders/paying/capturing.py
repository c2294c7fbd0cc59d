"""At the hand-over, what was set aside is taken: of our own balances at once, of cards after the commit."""

from collections.abc import Sequence
from uuid import UUID

from app.core.orders.models import Order
from app.core.orders.paying.attempts import Wish, attempt
from app.core.orders.paying.let_go import let_go_payment, release
from app.core.payments import ledger, tenders
from app.core.payments.models import Payment
from app.core.payments.refund_plan import plan
from app.core.transaction import Transaction


def capture(
    tx: Transaction, order: Order, payments: Sequence[Payment], event_id: UUID
) -> tuple[int, int]:
    """(taken now, being taken): together what is due, or less where less is set aside.

    After a short pick less is due than was set aside: each tender then keeps its share of what fell away, by the
    same plan as a refund, so that it makes no difference whether something was dropped before or given back after.
    """
    surplus = max(tenders.secured(payments) - max(order.due, 0), 0)
    kept = plan(tenders.held(payments), surplus)
    taken = taking = 0
    for payment in payments:
        if payment.state != "authorised":
            continue
        amount = payment.authorised - kept.get(payment.id, 0)
        if not amount:
            let_go_payment(tx, order, payment)
        elif payment.method == "card":
            attempt(tx, order, payment.id, Wish("capture", amount))
            taking += amount
        else:
            taken += _take_balance(tx, order, payment, amount, event_id)
    return taken, taking


def _take_balance(
    tx: Transaction, order: Order, payment: Payment, amount: int, event_id: UUID
) -> int:
    """A gift card or store credit was debited when it was set aside: what is not needed goes back."""
    if rest := payment.authorised - amount:
        release(tx, order, payment, rest)
    payment.state = "captured"
    return ledger.write(tx, order, payment, "capture", amount, event_id=event_id)
