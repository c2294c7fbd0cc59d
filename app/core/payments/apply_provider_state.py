"""Applies the state of a card payment at the provider to our session and payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.core.payments import disputes, ledger
from app.core.payments.kinds import ATTEMPT, OPENING, PAYMENT, UNFINISHED
from app.core.payments.ledger import Payable
from app.core.payments.models import Attempt, Payment, PaymentEvent, PaymentSession
from app.core.payments.sessions import end_session
from app.core.provider import ProviderDispute, ProviderPayment, ProviderRefund
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ExternalRefund:
    """A refund that was made in the provider's dashboard."""

    refund_id: UUID
    amount: int


Recorded = Mapping[tuple[str, str], UUID | None]
"""The refund, if any, by (kind, provider_reference) of each fact that is recorded about a payment."""


NOTHING_RECORDED: Recorded = {}


@dataclass
class Changes:
    """The changes that this state brought."""

    payment: Payment | None = None
    """None as long as no payer has paid."""
    paid_change: int = 0
    """The change of the order's `paid`, in minor units; negative if money went back."""
    authorised: bool = False
    """The payment was authorised or captured just now."""
    captured: bool = False
    """The authorised amount was captured."""
    capture_failed: bool = False
    """The capture failed, because the authorisation had ended."""
    declined_refunds: list[Attempt] = field(default_factory=list)
    """Refunds that the provider could not return to this payment."""
    external_refunds: list[ExternalRefund] = field(default_factory=list)
    has_refunds: bool = False
    """The provider shows refunds, so one of ours may be complete."""
    disputed: bool = False
    dispute_won: bool = False
    """The payment had disputes, and all of them were won."""


def apply_provider_state(
    tx: Transaction,
    order: Payable,
    session: PaymentSession,
    payment: Payment | None,
    seen: ProviderPayment,
) -> Changes:
    """Record each fact that is not recorded yet. The order, its session and its payment are locked, and `seen` is
    the payment that the session requests.

    1. If the payer has not paid, remember the provider's payment. A void ends the session as cancelled.
    2. The first money makes the payment, with the session's id, and completes the session, however it had ended.
    3. Record later facts once each, under the provider's own reference.

    The source (a response, a webhook event, a sync), the order and the number of times do not matter, because
    facts only grow.
    """
    session.provider_id = seen.id
    if payment is None and not seen.authorised:
        if seen.status == "voided":
            end_session(session, "cancelled", tx.now)
        _finish_attempts(tx, session.id, seen.status)
        return Changes()
    if payment is None:
        was, recorded = "open", NOTHING_RECORDED
        payment = _insert_payment(tx, order, session, seen)
    else:
        was, recorded = payment.status, _recorded(tx, payment)
    changes = Changes(payment)
    _record_sums(tx, order, payment, seen, changes)
    changes.authorised = was == "open" and payment.status in ("authorised", "captured")
    changes.captured = was == "authorised" and payment.status == "captured"
    changes.capture_failed = _finish_attempts(tx, payment.id, payment.status)
    if seen.fee and ("fee", "") not in recorded:
        ledger.record(tx, order, payment, "fee", seen.fee)
    changes.has_refunds = bool(seen.refunds)
    for refund in seen.refunds:
        _apply_refund(tx, order, payment, refund, recorded, changes)
    _apply_disputes(tx, order, payment, seen.disputes, recorded, changes)
    return changes


def _insert_payment(
    tx: Transaction, order: Payable, session: PaymentSession, seen: ProviderPayment
) -> Payment:
    """Insert the payment of a session with its authorisation, and complete the session.

    It is flushed at once: its events and attempts are inserted by statements that do not flush.
    """
    end_session(session, "completed", tx.now)
    payment = Payment(
        id=session.id, order_id=order.id, method="card", status="authorised", amount=session.amount,
        currency=session.currency, authorised=seen.authorised, captured=0, refunded=0, refunding=0,
        charged_back=0, provider_id=seen.id, location_id=session.location_id,
        device_id=session.device_id, created_at=tx.now,
    )  # fmt: skip
    tx.session.add(payment)
    tx.session.flush()
    event_id = ledger.record_own_event(tx, order, payment, "authorise", seen.authorised)
    ledger.record_event(tx, order, payment.id, "authorise", seen.authorised, event_id)
    return payment


def _record_sums(
    tx: Transaction, order: Payable, payment: Payment, seen: ProviderPayment, changes: Changes
) -> None:
    """Record what grew of the authorised and captured amounts, and a void."""
    payment.capture_before = seen.capture_before or payment.capture_before
    if seen.authorised > payment.authorised:
        ledger.record(tx, order, payment, "authorise", seen.authorised - payment.authorised)
    if seen.captured > payment.captured:
        changes.paid_change += ledger.record(
            tx, order, payment, "capture", seen.captured - payment.captured
        )
    was, payment.status = payment.status, _furthest_status(payment.status, seen.status)
    if payment.status == "voided" and was != "voided":
        ledger.record(tx, order, payment, "void", payment.authorised)


def _apply_disputes(
    tx: Transaction,
    order: Payable,
    payment: Payment,
    seen: Sequence[ProviderDispute],
    recorded: Recorded,
    changes: Changes,
) -> None:
    for dispute in seen:
        changes.paid_change += disputes.apply_dispute(tx, order, payment, dispute, recorded)
    changes.disputed = any(
        one.status in disputes.OPEN and ("chargeback_reversed", one.id) not in recorded
        for one in seen
    )
    changes.dispute_won = bool(seen) and all(one.status == "won" for one in seen)


REACHED: Mapping[str, tuple[str, ...]] = {
    "open": (),
    "authorised": (*OPENING, "close"),
    "captured": (*OPENING, "capture", "void", "close"),
    "voided": (*OPENING, "capture", "void", "close"),
}
"""The kinds of attempts that need no call any more, by the status of the payment at the provider."""


def _furthest_status(ours: str, theirs: str) -> str:
    """Return the later of two statuses, so that old news never moves a payment back."""
    return PAYMENT.furthest(ours, theirs)


def _recorded(tx: Transaction, payment: Payment) -> Recorded:
    """Return the recorded facts. Those of this transaction are missing: they have no provider reference."""
    written = select(
        PaymentEvent.kind, PaymentEvent.provider_reference, PaymentEvent.refund_id
    ).where(PaymentEvent.payment_id == payment.id)
    return {
        (row.kind, row.provider_reference): row.refund_id for row in tx.session.execute(written)
    }


def _finish_attempts(tx: Transaction, session_id: UUID, status: str) -> bool:
    """Complete the attempts whose effect the provider shows. Return True if a capture failed because the
    authorisation had ended."""
    is_capture_failed = False
    for attempt in live_attempts(tx, session_id):
        if (attempt.kind, status) == ("capture", "voided"):
            complete_attempt(tx, attempt, "voided")
            is_capture_failed = True
        elif attempt.kind in REACHED[status]:
            complete_attempt(tx, attempt)
    return is_capture_failed


def live_attempts(tx: Transaction, session_id: UUID, *kinds: str) -> list[Attempt]:
    """Lock and return the unfinished attempts of a session and of its payment, which have one id."""
    waiting = select(Attempt).where(
        or_(Attempt.session_id == session_id, Attempt.payment_id == session_id),
        Attempt.status.in_(UNFINISHED),
    )
    if kinds:
        waiting = waiting.where(Attempt.kind.in_(kinds))
    return list(tx.session.scalars(waiting.order_by(Attempt.id).with_for_update()))


def has_live_attempt(session: Session, order_id: UUID, kind: str) -> bool:
    """Return True while the provider is asked for this about a payment of the order."""
    found = select(Attempt.id).where(
        Attempt.order_id == order_id, Attempt.kind == kind, Attempt.status.in_(UNFINISHED)
    )
    return session.scalar(found.limit(1)) is not None


def complete_opening(tx: Transaction, attempt_id: UUID) -> None:
    """Complete the attempt that opened a session: from now on it waits for the payer, not for the provider."""
    attempt = tx.session.get_one(Attempt, attempt_id, with_for_update=True)
    if attempt.status in UNFINISHED and attempt.kind in OPENING:
        complete_attempt(tx, attempt)


def complete_attempt(tx: Transaction, attempt: Attempt, declined: str | None = None) -> None:
    """Complete an attempt: as failed with the provider's code `declined`, or as done."""
    attempt.status = ATTEMPT.move(attempt.status, "failed" if declined else "done")
    attempt.failure_code, attempt.completed_at = declined, tx.now


def _apply_refund(
    tx: Transaction,
    order: Payable,
    payment: Payment,
    seen: ProviderRefund,
    recorded: Recorded,
    changes: Changes,
) -> None:
    """Record the news of a refund.

    It may fail after it had succeeded: the payer's bank returns the money. A refund from the provider's dashboard
    becomes one of ours when it succeeds.
    """
    attempt = _attempt_of(tx, payment, seen)
    was_told = ("refund", seen.id) in recorded
    if seen.status == "succeeded" and not was_told:
        refund_id = attempt.refund_id if attempt else new_id()
        changes.paid_change += ledger.record(
            tx,
            order,
            payment,
            "refund",
            seen.amount,
            provider_reference=seen.id,
            refund_id=refund_id,
        )
        if attempt is None and refund_id is not None:
            changes.external_refunds.append(ExternalRefund(refund_id, seen.amount))
        elif attempt is not None and attempt.status in UNFINISHED:
            payment.refunding -= attempt.amount
            complete_attempt(tx, attempt)
    if seen.status == "failed":
        if was_told and ("refund_reversed", seen.id) not in recorded:
            facts: dict[str, Any] = {
                "provider_reference": seen.id,
                "refund_id": recorded["refund", seen.id],
            }
            changes.paid_change += ledger.record(
                tx, order, payment, "refund_reversed", seen.amount, **facts
            )
        if attempt is not None and attempt.status != "failed":
            fail_refund(tx, payment, attempt, "refund_failed")
            changes.declined_refunds.append(attempt)


def _attempt_of(tx: Transaction, payment: Payment, seen: ProviderRefund) -> Attempt | None:
    attempt = tx.session.get(Attempt, seen.attempt_id) if seen.attempt_id else None
    return attempt if attempt is not None and attempt.payment_id == payment.id else None


def fail_refund(tx: Transaction, payment: Payment, attempt: Attempt, code: str) -> None:
    """Record that the provider does not refund to this payment: the amount is not on its way any more."""
    if attempt.status in UNFINISHED:
        payment.refunding -= attempt.amount
    complete_attempt(tx, attempt, code)
