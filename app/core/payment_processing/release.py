"""Releases authorised payments that an order no longer needs."""

from app.core.orders.locking import OpenOrder
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt
from app.core.payment_processing.events import PAYMENT_RELEASED
from app.core.payment_processing.sessions import close_session
from app.core.payments import ledger, tenders
from app.core.payments.apply_provider_state import live_attempts
from app.core.payments.models import Payment
from app.core.payments.stored_value import balance


def release_payments(open_order: OpenOrder) -> None:
    """Release all authorised payments of an order that needs none of them, and close its open session."""
    for payment in tenders.in_turn(open_order.payments):
        if payment.status == "authorised":
            release_payment(open_order, payment)
    close_session(open_order)


def release_payment(open_order: OpenOrder, payment: Payment) -> None:
    """Release an authorised payment: stored value at once, a card by a void after the commit."""
    if payment.method == "card":
        _void(open_order, payment)
        return
    release_stored_value(open_order, payment, payment.authorised)
    payment.status = "voided"


def _void(open_order: OpenOrder, payment: Payment) -> None:
    """Void a card payment after the commit, unless a void is under way."""
    if not live_attempts(open_order.tx, payment.id, "void"):
        request = AttemptRequest("void", payment.authorised, payment_id=payment.id)
        begin_attempt(open_order.tx, open_order.order, request)


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
