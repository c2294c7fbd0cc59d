"""Asks the shopper to pay again after the authorised amount of collected goods could not be captured."""

from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.orders import locking, notify
from app.core.payment_processing.events import ORDER_PAYMENT_REQUESTED
from app.core.payment_processing.release import release_payments
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RequestPayment:
    number: str


def request_payment(tx: Transaction, command: RequestPayment) -> str:
    """Release the authorised payments and notify the customer to pay on the order page; return the order's number.

    A payment there is captured at once. Raises NotFound, Conflict (invalid_state, already_paid).
    """
    open_order = locking.load_by_number(tx, command.number)
    order = open_order.order
    open_order.must_be(("collected",), ": the shopper can pay on its page already.")
    if order.amount_due <= 0:
        raise Conflict(f"Order {order.number} is fully paid.", code="already_paid")
    release_payments(open_order)
    event_id = open_order.record(ORDER_PAYMENT_REQUESTED, {"amount": order.amount_due})
    notify.notify_customer(tx, order.id, event_id, "payment_requested")
    return order.number
