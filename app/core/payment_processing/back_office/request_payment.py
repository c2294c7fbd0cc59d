"""What was set aside for goods that have left could not be taken: the shopper is asked to pay otherwise."""

from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.orders import locking, notify
from app.core.orders.transitions import must_be
from app.core.payment_processing.events import ORDER_PAYMENT_REQUESTED
from app.core.payment_processing.release import release_payments
from app.core.payments import tenders
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RequestPayment:
    number: str


def request_payment(tx: Transaction, command: RequestPayment) -> str:
    """Let go what is set aside and write her that she pays on the page of her order; the order's number. What she
    then pays is taken at once. Raises NotFound, Conflict (invalid_state, already_paid)."""
    order, _ = locking.by_number(tx.session, command.number)
    must_be(order, ("collected",), ": she can pay on its page already.")
    if order.due <= 0:
        raise Conflict(f"All of order {order.number} is paid.", code="already_paid")
    release_payments(tx, order, tenders.of(tx.session, order.id))
    event_id = tx.record(ORDER_PAYMENT_REQUESTED, {"amount": order.due}, order_id=order.id)
    notify.notify_customer(tx, order.id, event_id, "payment_requested")
    return order.number
