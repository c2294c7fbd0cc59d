"""Ends the review of an order after staff dealt with it."""

from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.money import format_minor
from app.core.orders import locking, purchased_gift_cards
from app.core.orders.models import Order
from app.core.payment_processing.balance_due import open_balance
from app.core.payment_processing.events import ORDER_REVIEW_RESOLVED
from app.core.payment_processing.release import release_payments
from app.core.payment_processing.review import clear_review
from app.core.payments import disputes
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ResolveReview:
    number: str
    reason: str
    write_off: bool = False
    """Write off the unpaid amount of a collected order, or the loss of an order that ended. The order's value
    falls by it."""


def resolve_review(tx: Transaction, command: ResolveReview) -> str:
    """End the review of the order and its task; return the order's number.

    The open balance must be zero. Capture, collect or write off a positive one; refund a negative one. Raises
    NotFound, Conflict (invalid_state, balance_due).
    """
    open_order = locking.load_by_number(tx, command.number)
    order = open_order.order
    if order.review_reason is None:
        raise Conflict(f"Order {order.number} needs no review.", code="invalid_state")
    if disputes.is_open(tx.session, order.id):
        raise Conflict(
            f"The dispute of order {order.number} is open: answer it, and wait for its end.",
            code="invalid_state",
        )
    unpaid = open_balance(open_order)
    written_off = max(unpaid, 0) if command.write_off else 0
    if unpaid != written_off:
        raise _balance_due(order, unpaid)
    if written_off:
        order.credited += written_off
        purchased_gift_cards.keep_blocked(tx, order.id)
        release_payments(open_order)
    payload = {"reason": command.reason, "written_off": written_off}
    clear_review(open_order, ORDER_REVIEW_RESOLVED, **payload)
    return order.number


def _balance_due(order: Order, unpaid: int) -> Conflict:
    amount = format_minor(abs(unpaid), order.currency)
    message = f"{amount} of order {order.number} is still held: refund it first."
    if unpaid > 0:
        remedy = "retry the capture, request another payment, or write it off"
        message = f"{amount} of order {order.number} is not paid: {remedy}."
    return Conflict(message, "balance_due", open_balance=unpaid)
