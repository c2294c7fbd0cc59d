"""Somebody wants to pay what is left of an order by card."""

from dataclasses import dataclass
from uuid import UUID

from app.core.errors import Conflict
from app.core.orders import open_orders
from app.core.orders.models import Order
from app.core.orders.paying.attempts import Wish, attempt, reader_of
from app.core.orders.paying.let_go import let_go_payment
from app.core.orders.paying.owed import left_to_pay
from app.core.orders.states import may_be_paid
from app.core.payments import ledger, tenders
from app.core.payments.models import Payment
from app.core.transaction import Transaction

ASKS = {"page": "page", "app": "intent", "reader": "reader"}
"""The attempt that asks a payer, by the way in which she is asked."""


@dataclass(frozen=True)
class BeginPayment:
    number: str
    via: str
    """page, app or reader."""
    reader: str | None = None
    location_id: UUID | None = None
    """For staff: only an order of their own store."""


def begin_payment(tx: Transaction, command: BeginPayment) -> UUID:
    """Ask for all that is left to pay; the payment's id.

    1. Lock the order: it must be unpaid, wait for its shopper, or have left without its money, with something
       left to pay.
    2. Where the same is asked already, that is it: who asks twice is sent to the same page, and pays once.
    3. Where something else is asked (another amount, way or reader), it is closed first: the order has one open
       card payment at a time. Then this is refused, for the caller to come again once it is closed.
    4. Note payment and attempt; the provider is asked after the commit.

    Raises NotFound, Conflict (wrong_state, nothing_to_pay, payment_open).
    """
    order, _ = open_orders.by_number(tx.session, command.number, command.location_id)
    if not may_be_paid(order.state, order.attention):
        raise Conflict(
            f"Order {order.number} is {order.state}: there is nothing to pay.",
            code="wrong_state",
            state=order.state,
        )
    payments = tenders.of(tx.session, order.id)
    left = left_to_pay(order, payments)
    open_one = next((one for one in payments if one.state == "open"), None)
    if open_one is not None and _is_asked(tx, open_one, left, command):
        return open_one.id
    if open_one is not None:
        return _close_first(tx, order, open_one)
    if left <= 0:
        raise Conflict(f"All of order {order.number} is paid.", code="nothing_to_pay")
    payment_id = ledger.begin(
        tx, order, "card", "open", left, via=command.via, location_id=command.location_id,
        device_id=tx.actor.device_id,
    )  # fmt: skip
    attempt(tx, order, payment_id, Wish(ASKS[command.via], left, reader=command.reader))
    return payment_id


def _is_asked(tx: Transaction, open_one: Payment, left: int, command: BeginPayment) -> bool:
    return (open_one.amount, open_one.via) == (left, command.via) and (
        command.via != "reader" or reader_of(tx.session, open_one) == command.reader
    )


def _close_first(tx: Transaction, order: Order, open_one: Payment) -> UUID:
    let_go_payment(tx, order, open_one)
    return open_one.id
