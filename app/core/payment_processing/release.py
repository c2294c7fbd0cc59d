"""Releases authorised payments that an order no longer needs, and closes open ones."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt, reader_of
from app.core.payment_processing.events import PAYMENT_RELEASED
from app.core.payments import ledger, tenders
from app.core.payments.apply_provider_state import live_attempts
from app.core.payments.models import Payment
from app.core.payments.stored_value import balance
from app.core.transaction import Transaction


def release_payments(open_order: OpenOrder) -> None:
    """Release all authorised payments of an order that needs none of them, and close an open one."""
    for payment in tenders.in_turn(open_order.payments):
        if payment.status == "authorised":
            release_payment(open_order, payment)
    close_session(open_order)


def release_payment(open_order: OpenOrder, payment: Payment) -> None:
    """Release an authorised payment: stored value at once, a card by a void after the commit."""
    if payment.method == "card":
        _request(open_order, payment, "void")
        return
    release_stored_value(open_order, payment, payment.authorised)
    payment.status = "voided"


def close_session(open_order: OpenOrder) -> None:
    """Close the request to a payer, if one is open, after the commit."""
    for payment in open_order.payments:
        if payment.status == "open":
            _request(open_order, payment, "close")


def _request(open_order: OpenOrder, payment: Payment, kind: str) -> None:
    tx = open_order.tx
    if all(one.kind != kind for one in live_attempts(tx, payment.id)):
        request = AttemptRequest(kind, payment.authorised, reader=reader_of(tx.session, payment))
        begin_attempt(tx, open_order.order, payment.id, request)


@dataclass(frozen=True)
class CloseRefused:
    payment_id: UUID


def close_refused(tx: Transaction, command: CloseRefused) -> None:
    """Close a request whose saved card the bank refused: the payer must not confirm it any more."""
    order_id = tx.session.scalar(select(Payment.order_id).where(Payment.id == command.payment_id))
    assert order_id is not None, "the payment was just read"  # noqa: S101
    close_session(locking.load_by_id(tx, order_id))


def release_stored_value(open_order: OpenOrder, payment: Payment, amount: int) -> None:
    """Credit a part of an authorised payment to its gift card or store credit."""
    tx = open_order.tx
    event_id = open_order.record(
        PAYMENT_RELEASED,
        {"payment_id": str(payment.id), "method": payment.method, "amount": amount},
    )
    ledger.record(tx, open_order.order, payment, "void", amount, event_id=event_id)
    assert payment.stored_value_account_id is not None, "a balance of ours is known"  # noqa: S101
    balance.credit(tx, payment.stored_value_account_id, amount, payment.id, event_id)
