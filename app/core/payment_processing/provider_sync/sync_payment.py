"""The provider shows a payment: ours, and its order, follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.orders import locking, notify
from app.core.orders.models import Fulfilment, Order
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.payment_processing import review
from app.core.payment_processing.balance_due import amount_outstanding, open_balance
from app.core.payment_processing.capture import capture
from app.core.payment_processing.confirm_order import confirm, confirm_again
from app.core.payment_processing.events import ORDER_LATE_PAYMENT_RELEASED
from app.core.payment_processing.expiring_authorisations import capture_before_expiry
from app.core.payment_processing.refund import (
    finish_refunds,
    record_external_refund,
    refund,
    reroute_refund,
)
from app.core.payment_processing.release import release_payment
from app.core.payments import tenders
from app.core.payments.apply_provider_state import (
    Changes,
    apply_provider_state,
    complete_opening,
    is_foreign,
)
from app.core.payments.models import Payment
from app.core.provider import ProviderPayment
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SyncPayment:
    payment_id: UUID
    seen: ProviderPayment
    answers: UUID | None = None
    """The attempt that this is the answer to; None for what was only seen."""


def sync_payment(tx: Transaction, command: SyncPayment) -> None:
    """Whoever heard of it, by a call, a webhook or a look, ends here; again changes nothing.

    1. Lock the order, then its tenders.
    2. Write what is new of this one. A payment of another amount or currency than we asked for is none of
       ours: it is not counted, and somebody looks at it.
    3. An unpaid order with all its money set aside goes to the store. Money for an order that ended meanwhile
       brings it back if its goods are still there; else it is let go, and the shopper is told.
    4. What is set aside beyond what is due (she paid at the counter meanwhile) is let go; what is set aside for
       goods that have left already is taken.
    5. Where the money of an order that is over does not add up after that, somebody looks at it.
    """
    order_id = tx.session.scalar(select(Payment.order_id).where(Payment.id == command.payment_id))
    if order_id is None:
        return
    order, fulfilment = locking.by_id(tx.session, order_id)
    payments = tenders.of(tx.session, order.id)
    payment = next(one for one in payments if one.id == command.payment_id)
    if is_foreign(payment, command.seen):
        if order.review_reason is None:
            review.flag_for_review(tx, order, fulfilment, "wrong_amount")
        return
    changes = apply_provider_state(tx, order, payment, command.seen)
    if command.answers is not None:
        complete_opening(tx, command.answers)
    order.paid += changes.paid_change
    _follow(tx, order, fulfilment, payments, changes)
    if changes.authorised:
        _authorised(tx, order, fulfilment, payment, payments)
    elif changes.captured and order.status in ENDED_WITHOUT_SALE:
        _refund_late_capture(tx, order, payment, payments)
    _flag_open_balance(tx, order, fulfilment, payments)


def _flag_open_balance(
    tx: Transaction, order: Order, fulfilment: Fulfilment, payments: Sequence[Payment]
) -> None:
    """The provider's own people, and payers' banks, move money as they like. While somebody is to look at the
    order anyway, that is enough."""
    if order.review_reason is None and order.status in ("collected", *ENDED_WITHOUT_SALE):
        tx.write()  # what was just begun counts
        if open_balance(tx, order, payments):
            review.flag_for_review(tx, order, fulfilment, "unsettled")


def _follow(
    tx: Transaction,
    order: Order,
    fulfilment: Fulfilment,
    payments: Sequence[Payment],
    changes: Changes,
) -> None:
    for one in changes.external_refunds:
        record_external_refund(tx, order, payments, one)
    for attempt in changes.declined_refunds:
        reroute_refund(tx, order, fulfilment, attempt)
    finish_refunds(tx, order.id)
    if changes.disputed and order.review_reason is None:
        review.flag_for_review(tx, order, fulfilment, "disputed")
    if changes.capture_failed and order.status == "collected":
        review.flag_for_review(tx, order, fulfilment, "capture_declined")
    if changes.dispute_won and order.review_reason == "disputed":
        review.clear_review(tx, order, fulfilment)


def _authorised(
    tx: Transaction,
    order: Order,
    fulfilment: Fulfilment,
    payment: Payment,
    payments: Sequence[Payment],
) -> None:
    """Somebody has just paid with it."""
    order.paid_channel = order.paid_channel or order.started_channel
    given_back = payment.refunded + payment.charged_back  # she has paid it all the same
    left = amount_outstanding(order, payments) - given_back
    if order.status == "unpaid":
        if left <= 0:
            confirm(tx, order, fulfilment)
    elif order.status == "expired" and fulfilment.ready_at is None and left <= 0:
        if not confirm_again(tx, order, fulfilment):
            _release_late_payment(tx, order, payment, payments)
    elif order.status in ENDED_WITHOUT_SALE:
        _release_late_payment(tx, order, payment, payments)
    elif left < 0:
        release_payment(tx, order, payment)
    else:
        _capture_in_time(tx, order, fulfilment, payments)


def _capture_in_time(
    tx: Transaction, order: Order, fulfilment: Fulfilment, payments: Sequence[Payment]
) -> None:
    """Goods that wait for her, or have left, do so with money that is ours in the end."""
    if order.status == "collected":
        capture(tx, order, payments)
    elif order.status == "ready":
        capture_before_expiry(tx, order, fulfilment, payments)


def _refund_late_capture(
    tx: Transaction, order: Order, payment: Payment, payments: Sequence[Payment]
) -> None:
    """It was being captured, since it would have lapsed, when the order ended."""
    parts = {payment.id: payment.captured - payment.refunded - payment.refunding}
    if amount := parts[payment.id]:
        refund(tx, order, payments, amount, f"order {order.status}", parts, credit=False)


def _release_late_payment(
    tx: Transaction, order: Order, payment: Payment, payments: Sequence[Payment]
) -> None:
    """The order ended meanwhile and its goods are sold: the money goes back, and she is told."""
    if payment.status == "captured":
        refund(tx, order, payments, payment.captured, "paid too late", credit=False)
    else:
        release_payment(tx, order, payment)
    event_id = tx.record(
        ORDER_LATE_PAYMENT_RELEASED, {"payment_id": str(payment.id)}, order_id=order.id
    )
    notify.notify_customer(tx, order.id, event_id, "late_payment_released")
