"""A capture was declined, and somebody tries it again."""

from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.orders import locking
from app.core.orders.transitions import must_be
from app.core.payment_processing.capture import capture
from app.core.payments import tenders
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CaptureAgain:
    number: str


def capture_again(tx: Transaction, command: CaptureAgain) -> str:
    """Ask the provider once more for what is set aside of a collected order; the order's number. The mark stays
    until somebody settles it. Raises NotFound, Conflict (invalid_state, nothing_to_capture)."""
    order, _ = locking.by_number(tx.session, command.number)
    must_be(order, ("collected",), ": its card is charged when the goods are handed over.")
    payments = tenders.of(tx.session, order.id)
    taken, taking = capture(tx, order, payments)
    if not taken + taking:
        raise Conflict(
            f"Nothing is set aside for order {order.number} any more: ask for another payment.",
            code="nothing_to_capture",
        )
    order.paid += taken
    return order.number
