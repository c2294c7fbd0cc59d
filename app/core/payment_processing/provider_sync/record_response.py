"""Records the provider's responses that show no payment: a page, a timeout, a decline."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.payment_processing import review
from app.core.payment_processing.attempts import AttemptRequest
from app.core.payment_processing.attempts import begin_attempt as begin_attempt
from app.core.payment_processing.events import PAYMENT_DECLINED
from app.core.payment_processing.refund import reroute_refund
from app.core.payment_processing.saved_cards.sync_cards import forget_provider_customer
from app.core.payments.apply_provider_state import (
    UNFINISHED,
    complete_attempt,
    fail_refund,
    live_attempts,
)
from app.core.payments.kinds import NEVER_HAPPENED, OPENING
from app.core.payments.models import Attempt, Payment
from app.core.provider import MISSING
from app.core.transaction import Transaction

GIVEN_UP = "given_up"
MAX_NEVER_HAPPENED = 2


@dataclass(frozen=True)
class RecordPage:
    attempt_id: UUID
    page_id: str
    is_over: bool
    """The page is closed and unpaid."""


def record_page(tx: Transaction, command: RecordPage) -> None:
    """Record that the page was created, or that it is closed."""
    _, payment, attempt = _locked(tx, command.attempt_id)
    if attempt.status not in UNFINISHED:
        return
    complete_attempt(tx, attempt)
    payment.page_id = command.page_id
    if command.is_over and payment.status == "open":
        payment.status = "voided"


@dataclass(frozen=True)
class RecordPageExpired:
    payment_id: UUID


def record_page_expired(tx: Transaction, command: RecordPageExpired) -> None:
    """Void the payment of a page that expired unpaid, so that another payment may begin."""
    order_id = tx.session.scalar(select(Payment.order_id).where(Payment.id == command.payment_id))
    assert order_id is not None, "the payment was just read"  # noqa: S101
    locking.load_by_id(tx, order_id)
    payment = tx.session.get_one(Payment, command.payment_id, with_for_update=True)
    if payment.status == "open":
        payment.status = "voided"
        for attempt in live_attempts(tx, payment.id):
            complete_attempt(tx, attempt)


@dataclass(frozen=True)
class RecordTimeout:
    attempt_id: UUID


def record_timeout(tx: Transaction, command: RecordTimeout) -> None:
    """Mark the outcome as unknown. It is not a failure: the call may have had its effect."""
    _, _, attempt = _locked(tx, command.attempt_id)
    if attempt.status == "live":
        attempt.status = "unknown"


@dataclass(frozen=True)
class RecordNoEffect:
    attempt_id: UUID


def record_no_effect(tx: Transaction, command: RecordNoEffect) -> None:
    """Replace an attempt that had no effect and will have none by another with its own key.

    The third lost attempt counts as declined, for staff to review.
    """
    open_order, payment, attempt = _locked(tx, command.attempt_id)
    if attempt.status not in UNFINISHED:
        return
    lost = select(func.count()).where(
        Attempt.payment_id == payment.id,
        Attempt.kind == attempt.kind,
        Attempt.refund_id.is_not_distinct_from(attempt.refund_id),
        Attempt.failure_code == NEVER_HAPPENED,
    )
    if attempt.kind in ("reader", "card") or tx.session.scalars(lost).one() >= MAX_NEVER_HAPPENED:
        _decline(tx, attempt.id, GIVEN_UP)
        return
    complete_attempt(tx, attempt, NEVER_HAPPENED)
    tx.session.flush()  # it has one live attempt at a time
    request = AttemptRequest(attempt.kind, attempt.amount, attempt.refund_id, attempt.reader)
    begin_attempt(tx, open_order.order, payment.id, request)


@dataclass(frozen=True)
class RecordDecline:
    attempt_id: UUID
    code: str


def record_decline(tx: Transaction, command: RecordDecline) -> None:
    """Record that the attempt had no effect and will have none.

    After a declined opening the payer may begin again. A refund goes to the next payment. A declined capture,
    whose goods have left, flags the order for review; so does a declined close or void.
    """
    _decline(tx, command.attempt_id, command.code)


def unknown_provider_customer(payment: Payment, code: str) -> str | None:
    """Return the provider's customer if the decline means that it does not exist any more; the payment is then
    begun again without it."""
    return payment.provider_customer_id if code == MISSING and payment.card_id is None else None


def _decline(tx: Transaction, attempt_id: UUID, code: str) -> None:
    open_order, payment, attempt = _locked(tx, attempt_id)
    if attempt.status not in UNFINISHED:
        return
    payload = {"payment_id": str(payment.id), "attempt": attempt.kind, "amount": attempt.amount}
    open_order.record(PAYMENT_DECLINED, payload | {"code": code})
    if attempt.kind == "refund":
        fail_refund(tx, payment, attempt, code)
        reroute_refund(open_order, attempt)
        return
    complete_attempt(tx, attempt, code)
    if attempt.kind in OPENING:
        payment.status = "voided"
        for other in live_attempts(tx, payment.id):
            complete_attempt(tx, other)  # there is nothing to close
        if payer := unknown_provider_customer(payment, code):
            forget_provider_customer(tx, payer)
    else:
        review.flag_for_review(open_order, f"{attempt.kind}_declined")


def _locked(tx: Transaction, attempt_id: UUID) -> tuple[OpenOrder, Payment, Attempt]:
    """Lock in the usual order: the order with its fulfilments, the payment, the attempt."""
    order_id, payment_id = tx.session.execute(
        select(Attempt.order_id, Attempt.payment_id).where(Attempt.id == attempt_id)
    ).one()
    open_order = locking.load_by_id(tx, order_id)
    payment = tx.session.get_one(Payment, payment_id, with_for_update=True)
    attempt = tx.session.get_one(Attempt, attempt_id, with_for_update=True)
    return open_order, payment, attempt
