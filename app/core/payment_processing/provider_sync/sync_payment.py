"""Brings our record of a card payment, and its order, up to date with the provider's."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.orders import locking, notify, purchased_gift_cards
from app.core.orders.locking import OpenOrder
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.payment_processing import review
from app.core.payment_processing.balance_due import open_balance
from app.core.payment_processing.capture import capture
from app.core.payment_processing.confirm_order import confirm, confirm_again
from app.core.payment_processing.events import ORDER_LATE_PAYMENT_RELEASED
from app.core.payment_processing.expiring_authorisations import capture_before_expiry
from app.core.payment_processing.refund import (
    complete_refunds,
    record_external_refund,
    refund,
    reroute_refund,
)
from app.core.payment_processing.release import release_payment
from app.core.payments.apply_provider_state import (
    Changes,
    apply_provider_state,
    complete_opening,
)
from app.core.payments.models import Payment, PaymentSession
from app.core.payments.sessions import is_foreign, progress
from app.core.provider import ProviderPayment
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SyncPayment:
    session_id: UUID
    """The payment has the same id, once there is one."""
    seen: ProviderPayment
    answers: UUID | None = None
    """The attempt that this responds to; None if the payment was only retrieved."""


def sync_payment(tx: Transaction, command: SyncPayment) -> str | None:
    """Apply the provider's state of a payment, however we learned of it. A repeated call changes nothing.

    Return the status of the payment, or that of its session while there is no payment; None if we have no such
    session.

    1. Lock the order, then load its payments and the session.
    2. Write what is new. A payment of another amount or currency than the session requests is not ours: it is not
       counted, and the order is flagged for review.
    3. Place an unpaid order when all its money is authorised. Money for an order that ended reinstates it if its
       goods are still there; otherwise release the money and notify the customer.
    4. Release what is authorised beyond the amount due, for example after the customer paid at the counter.
       Capture what is authorised for goods that have left.
    5. Flag the order for review if its money does not add up after its end.
    """
    order_id = tx.session.scalar(
        select(PaymentSession.order_id).where(PaymentSession.id == command.session_id)
    )
    if order_id is None:
        return None
    open_order = locking.load_by_id(tx, order_id)
    payment = open_order.payment(command.session_id)
    session = open_order.session(command.session_id)
    if is_foreign(session, command.seen):
        if open_order.order.review_reason is None:
            review.flag_for_review(open_order, "wrong_amount")
        return progress(session, payment)
    changes = apply_provider_state(tx, open_order.order, session, payment, command.seen)
    if command.answers is not None:
        complete_opening(tx, command.answers)
    if changes.payment is not None:
        open_order.add_payment(changes.payment)
        _follow(open_order, changes, changes.payment)
    return progress(session, changes.payment)


def _flag_open_balance(open_order: OpenOrder) -> None:
    """Flag an ended order that does not add up: merchants move money in the provider's dashboard, and banks move
    it too. An order that is under review already needs no second flag."""
    order = open_order.order
    has_ended = order.status in ("collected", *ENDED_WITHOUT_SALE)
    if order.review_reason is None and has_ended and open_balance(open_order):
        review.flag_for_review(open_order, "balance_open")


def _follow(open_order: OpenOrder, changes: Changes, payment: Payment) -> None:
    """Let the order follow the changes of its payment."""
    order = open_order.order
    order.paid += changes.paid_change
    _follow_refunds(open_order, changes)
    if changes.disputed and order.review_reason is None:
        review.flag_for_review(open_order, "disputed")
    if changes.capture_failed and order.status == "collected":
        review.flag_for_review(open_order, "capture_declined")
    if changes.dispute_won and order.review_reason == "disputed":
        review.clear_review(open_order)
    if changes.authorised:
        _authorised(open_order, payment)
    elif changes.captured and order.status in ENDED_WITHOUT_SALE:
        _refund_late_capture(open_order, payment)
    _flag_open_balance(open_order)
    if order.status == "collected":
        purchased_gift_cards.follow_payment(open_order)


def _follow_refunds(open_order: OpenOrder, changes: Changes) -> None:
    for external in changes.external_refunds:
        record_external_refund(open_order, external)
    for attempt in changes.declined_refunds:
        reroute_refund(open_order, attempt)
    if changes.has_refunds:
        complete_refunds(open_order.tx, open_order.order.id)


def _authorised(open_order: OpenOrder, payment: Payment) -> None:
    """Follow a payment that was just authorised."""
    order = open_order.order
    order.paid_channel = order.paid_channel or order.started_channel
    gone = payment.refunded + payment.charged_back  # the shopper has paid it all the same
    left = open_order.balance().amount_outstanding - gone
    was_ready = any(one.ready_at is not None for one in open_order.fulfilments)
    if order.status == "unpaid":
        if left <= 0:
            confirm(open_order)
    elif order.status == "expired" and not was_ready and left <= 0:
        if not confirm_again(open_order):
            _release_late_payment(open_order, payment)
    elif order.status in ENDED_WITHOUT_SALE:
        _release_late_payment(open_order, payment)
    elif left < 0:
        release_payment(open_order, payment)
    else:
        _capture_in_time(open_order)


def _capture_in_time(open_order: OpenOrder) -> None:
    """Capture for goods that have left, and for ready goods before the authorisation ends."""
    if open_order.order.status == "collected":
        capture(open_order)
    elif open_order.order.status == "ready":
        capture_before_expiry(open_order)


def _refund_late_capture(open_order: OpenOrder, payment: Payment) -> None:
    """Refund a capture that was under way when the order ended."""
    parts = {payment.id: payment.captured - payment.refunded - payment.refunding}
    if amount := parts[payment.id]:
        refund(open_order, amount, f"order {open_order.order.status}", parts, credit=False)


def _release_late_payment(open_order: OpenOrder, payment: Payment) -> None:
    """Return the money of an order that ended and whose goods are gone, and notify the customer."""
    if payment.status == "captured":
        refund(open_order, payment.captured, "paid too late", credit=False)
    else:
        release_payment(open_order, payment)
    event_id = open_order.record(ORDER_LATE_PAYMENT_RELEASED, {"payment_id": str(payment.id)})
    order_id = open_order.order.id
    notify.notify_customer(open_order.tx, order_id, event_id, "late_payment_released")
