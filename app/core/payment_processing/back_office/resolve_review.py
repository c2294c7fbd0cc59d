"""Somebody has dealt with an order whose money was not where it should be."""

from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.money import format_minor
from app.core.orders import locking
from app.core.orders.models import Order
from app.core.payment_processing.balance_due import to_settle
from app.core.payment_processing.events import ORDER_REVIEW_RESOLVED
from app.core.payment_processing.release import let_go
from app.core.payment_processing.review import lower_flag
from app.core.payments import disputes, tenders
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SettleFlag:
    number: str
    reason: str
    write_off: bool = False
    """Whether what is still owed of a collected order, or was lost of one that ended, is let go: the order comes
    to so much less."""


def settle_flag(tx: Transaction, command: SettleFlag) -> str:
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
    owed = to_settle(tx, order, payments)
    written_off = max(owed, 0) if command.write_off else 0
    if owed != written_off:
        raise _open(order, owed)
    if written_off:
        order.credited += written_off
        let_go(tx, order, payments)
    told = {"reason": command.reason, "written_off": written_off}
    lower_flag(tx, order, fulfilment, ORDER_REVIEW_RESOLVED, **told)
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
