"""Retries a declined capture."""

from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.orders import locking
from app.core.payment_processing.capture import capture
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RetryCapture:
    number: str


def retry_capture(tx: Transaction, command: RetryCapture) -> str:
    """Request the capture of a collected order's authorised amount again; return the order's number.

    The review stays until staff resolve it. Raises NotFound, Conflict (invalid_state, nothing_to_capture).
    """
    open_order = locking.load_by_number(tx, command.number)
    order = open_order.order
    open_order.must_be(("collected",), ": its card is charged when the goods are handed over.")
    captured = capture(open_order)
    if not captured.amount + captured.pending:
        raise Conflict(
            f"Order {order.number} has no authorised payment: request another payment.",
            code="nothing_to_capture",
        )
    return order.number
