"""Records the provider's responses that show no payment: a page, a timeout, a decline."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.payment_processing import review
from app.core.payment_processing.attempts import AttemptRequest, begin_attempt
from app.core.payment_processing.events import PAYMENT_DECLINED
from app.core.payment_processing.refund import reroute_refund
from app.core.payment_processing.saved_cards.sync_cards import forget_provider_customer
from app.core.payments.apply_provider_state import complete_attempt, fail_refund, live_attempts
from app.core.payments.kinds import ATTEMPT, NEVER_HAPPENED, OPENING
from app.core.payments.models import Attempt, PaymentSession
from app.core.payments.sessions import end_session
from app.core.provider import MISSING, CheckoutSession
from app.core.transaction import Transaction

GIVEN_UP = "given_up"
MAX_NEVER_HAPPENED = 2


@dataclass(frozen=True)
class RecordPage:
    attempt_id: UUID
    page: CheckoutSession
    is_over: bool
    """The page is closed and unpaid."""


def record_page(tx: Transaction, command: RecordPage) -> bool:
    """Record that the page was created, or that it is closed. Return True if a payer may be sent to it: not while
    another request has it closed."""
    _, session, attempts = _locked(tx, command.attempt_id)
    attempt = _unfinished(attempts, command.attempt_id)
    if attempt is None:
        return session.status == "open"
    complete_attempt(tx, attempt)
    session.page_id = command.page.id
    if command.is_over:
        end_session(session, "cancelled" if attempt.kind == "close" else "expired", tx.now)
    elif session.status == "open":
        session.url = command.page.url
    return session.status == "open" and all(one.kind != "close" for one in attempts)


def record_page_expired(tx: Transaction, session_id: UUID) -> None:
    """End the session of a page that expired unpaid, so that another session may begin."""
    order_id = select(PaymentSession.order_id).where(PaymentSession.id == session_id)
    open_order = locking.load_by_id(tx, tx.session.scalars(order_id).one())
    session = open_order.open_session
    if session is not None and session.id == session_id:
        attempts = live_attempts(tx, session_id)
        is_closing = any(one.kind == "close" for one in attempts)
        end_session(session, "cancelled" if is_closing else "expired", tx.now)
        for attempt in attempts:
            complete_attempt(tx, attempt)


def record_timeout(tx: Transaction, attempt_id: UUID) -> None:
    """Mark the outcome as unknown. It is not a failure: the call may have had its effect."""
    _, _, attempts = _locked(tx, attempt_id)
    attempt = _unfinished(attempts, attempt_id)
    if attempt is not None and attempt.status == "live":
        attempt.status = ATTEMPT.move(attempt.status, "unknown")


def record_no_effect(tx: Transaction, attempt_id: UUID) -> None:
    """Replace an attempt that had no effect and will have none by another with its own key.

    The third lost attempt counts as declined, for staff to review.
    """
    open_order, _, attempts = _locked(tx, attempt_id)
    attempt = _unfinished(attempts, attempt_id)
    if attempt is None:
        return
    lost = select(func.count()).where(
        Attempt.session_id.is_not_distinct_from(attempt.session_id),
        Attempt.payment_id.is_not_distinct_from(attempt.payment_id),
        Attempt.order_id == attempt.order_id,
        Attempt.kind == attempt.kind,
        Attempt.refund_id.is_not_distinct_from(attempt.refund_id),
        Attempt.failure_code == NEVER_HAPPENED,
    )
    if attempt.kind in ("reader", "card") or tx.session.scalars(lost).one() >= MAX_NEVER_HAPPENED:
        _decline(tx, attempt.id, GIVEN_UP)
        return
    complete_attempt(tx, attempt, NEVER_HAPPENED)
    tx.session.flush()  # it has one live attempt at a time
    request = AttemptRequest(
        attempt.kind, attempt.amount, attempt.session_id, attempt.payment_id, attempt.refund_id
    )
    begin_attempt(tx, open_order.order, request)


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


def unknown_provider_customer(
    provider_customer_id: str | None, card_id: UUID | None, code: str | None
) -> str | None:
    """Return the provider's customer if the decline means that it does not exist any more; the session is then
    begun again without it."""
    return provider_customer_id if code == MISSING and card_id is None else None


def _decline(tx: Transaction, attempt_id: UUID, code: str) -> None:
    open_order, session, attempts = _locked(tx, attempt_id)
    attempt = _unfinished(attempts, attempt_id)
    if attempt is None:
        return
    payload = {"payment_id": str(session.id), "attempt": attempt.kind, "amount": attempt.amount}
    open_order.record(PAYMENT_DECLINED, payload | {"code": code})
    if attempt.kind in OPENING:
        _decline_opening(tx, session, attempts, attempt, code)
    elif attempt.kind == "refund":
        payment = open_order.payment(session.id)
        assert payment is not None, "a refund belongs to a payment"  # noqa: S101
        fail_refund(tx, payment, attempt, code)
        reroute_refund(open_order, attempt)
    else:
        complete_attempt(tx, attempt, code)
        review.flag_for_review(open_order, f"{attempt.kind}_declined")


def _decline_opening(
    tx: Transaction,
    session: PaymentSession,
    attempts: Sequence[Attempt],
    declined: Attempt,
    code: str,
) -> None:
    """End the session as failed. Its other attempts are done, because there is nothing to close."""
    end_session(session, "failed", tx.now, code)
    for one in attempts:
        complete_attempt(tx, one, code if one is declined else None)
    payer = unknown_provider_customer(session.provider_customer_id, session.card_id, code)
    if payer is not None:
        forget_provider_customer(tx, payer)


def _unfinished(attempts: Sequence[Attempt], attempt_id: UUID) -> Attempt | None:
    """Return the attempt; None if another response has completed it."""
    return next((one for one in attempts if one.id == attempt_id), None)


def _locked(tx: Transaction, attempt_id: UUID) -> tuple[OpenOrder, PaymentSession, list[Attempt]]:
    """Lock in the usual order: the order with its fulfilments, then the unfinished attempts of the session and its
    payment."""
    order_id, session_id = tx.session.execute(
        select(Attempt.order_id, func.coalesce(Attempt.session_id, Attempt.payment_id)).where(
            Attempt.id == attempt_id
        )
    ).one()
    open_order = locking.load_by_id(tx, order_id)
    session = tx.session.get_one(PaymentSession, session_id)
    return open_order, session, live_attempts(tx, session_id)
