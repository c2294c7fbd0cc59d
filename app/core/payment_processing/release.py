"""Money of an order that is not wanted any more: released where it is only set aside, else given back."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.orders import locking
from app.core.orders.models import Order
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt, reader_of
from app.core.payment_processing.events import PAYMENT_RELEASED
from app.core.payments import ledger, tenders
from app.core.payments.apply_provider_state import live_attempts
from app.core.payments.models import Payment
from app.core.payments.stored_value import balance
from app.core.transaction import Transaction


def release_payments(tx: Transaction, order: Order, payments: Iterable[Payment]) -> None:
    """All tenders that are set aside, or still open, of an order that ends without a sale."""
    for payment in tenders.in_turn(payments):
        if payment.status in ("open", "authorised"):
            release_payment(tx, order, payment)


def release_payment(tx: Transaction, order: Order, payment: Payment) -> None:
    """A balance of ours has it back at once; a card when the provider says so."""
    if payment.method == "card":
        kind = "close" if payment.status == "open" else "void"
        if all(one.kind != kind for one in live_attempts(tx, payment.id)):
            reader = reader_of(tx.session, payment)
            begin_attempt(
                tx, order, payment.id, AttemptRequest(kind, payment.authorised, reader=reader)
            )
        return
    release(tx, order, payment, payment.authorised)
    payment.status = "voided"


@dataclass(frozen=True)
class CloseRefused:
    payment_id: UUID


def close_refused(tx: Transaction, command: CloseRefused) -> None:
    """Her bank did not let her pay with the card that she keeps: nobody is to confirm this one any more."""
    order_id = tx.session.scalar(select(Payment.order_id).where(Payment.id == command.payment_id))
    assert order_id is not None, "the payment was just read"  # noqa: S101
    order, _ = locking.by_id(tx.session, order_id)
    payment = tx.session.get_one(Payment, command.payment_id, with_for_update=True)
    if payment.status == "open":
        release_payment(tx, order, payment)


def release(tx: Transaction, order: Order, payment: Payment, amount: int) -> None:
    """So much of what a balance set aside goes back to it."""
    event_id = tx.record(
        PAYMENT_RELEASED,
        {"payment_id": str(payment.id), "method": payment.method, "amount": amount},
        order_id=order.id,
    )
    ledger.record(tx, order, payment, "void", amount, event_id=event_id)
    assert payment.stored_value_account_id is not None, "a balance of ours is known"  # noqa: S101
    balance.credit(tx, payment.stored_value_account_id, amount, payment.id, event_id)
