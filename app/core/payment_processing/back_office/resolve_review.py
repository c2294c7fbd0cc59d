"""Somebody has dealt with an order whose money was not where it should be."""

from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.money import format_minor
from app.core.orders import locking
from app.core.orders.models import Order
from app.core.payment_processing.balance_due import open_balance
from app.core.payment_processing.events import ORDER_REVIEW_RESOLVED
from app.core.payment_processing.release import release_payments
from app.core.payment_processing.review import clear_review
from app.core.payments import disputes, tenders
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ResolveReview:
    number: str
    reason: str
    write_off: bool = False
    """Whether what is still owed of a collected order, or was lost of one that ended, is let go: the order comes
    to so much less."""


def resolve_review(tx: Transaction, command: ResolveReview) -> str:
    """Take the mark from the order and end its task; the order's number.

    Money is not settled by words: what a collected order owes is captured, paid anew, or written off; what is here
    of an order that ended goes back first. Raises NotFound, Conflict (invalid_state, balance_due).
    """
    order, fulfilment = locking.by_number(tx.session, command.number)
    if order.review_reason is None:
        raise Conflict(f"Nothing is to be settled of order {order.number}.", code="invalid_state")
    if disputes.is_open(tx.session, order.id):
        raise Conflict(
            f"The dispute of order {order.number} is open: answer it, and wait how it ends.",
            code="invalid_state",
        )
    payments = tenders.of(tx.session, order.id)
    owed = open_balance(tx, order, payments)
    written_off = max(owed, 0) if command.write_off else 0
    if owed != written_off:
        raise _open(order, owed)
    if written_off:
        order.credited += written_off
        release_payments(tx, order, payments)
    payload = {"reason": command.reason, "written_off": written_off}
    clear_review(tx, order, fulfilment, ORDER_REVIEW_RESOLVED, **payload)
    return order.number


def _open(order: Order, owed: int) -> Conflict:
    amount = format_minor(abs(owed), order.currency)
    if owed > 0:
        cure = "try the capture again, ask for another payment, or write it off"
        return Conflict(
            f"{amount} of order {order.number} is not paid: {cure}.", "balance_due", due=owed
        )
    message = f"{amount} of order {order.number} is still here: give it back first."
    return Conflict(message, "balance_due", due=owed)
