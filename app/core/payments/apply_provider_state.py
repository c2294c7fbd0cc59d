"""Applies the state of a card payment at the provider to our record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.core.payments import disputes, ledger
from app.core.payments.kinds import OPENING
from app.core.payments.ledger import Payable
from app.core.payments.models import Attempt, Payment, PaymentEvent
from app.core.provider import ProviderPayment, ProviderRefund
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ExternalRefund:
    """A refund that was made in the provider's dashboard."""

    refund_id: UUID
    amount: int


@dataclass
class Changes:
    """The changes that this state brought."""

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
    disputed: bool = False
    dispute_won: bool = False
    """The payment had disputes, and all of them were won."""


def is_foreign(payment: Payment, seen: ProviderPayment) -> bool:
    """Return True if it is not the requested payment: another amount or currency, or a second payment for it."""
    return (seen.amount, seen.currency) != (payment.amount, payment.currency) or (
        payment.provider_id not in (None, seen.id)
    )


def apply_provider_state(
    tx: Transaction, order: Payable, payment: Payment, seen: ProviderPayment
) -> Changes:
    """Record each fact that is not recorded yet. The payment and its order are locked; the payment is not foreign.

    The source (a response, a webhook event, a sync), the order and the number of times do not matter: facts only
    grow, and each is recorded under the provider's own reference.
    """
    changes = Changes()
    was = _before(payment, seen)
    payment.provider_id = seen.id
    payment.capture_before = seen.capture_before or payment.capture_before
    if seen.authorised > payment.authorised:
        ledger.record(tx, order, payment, "authorise", seen.authorised - payment.authorised)
    if seen.captured > payment.captured:
        changes.paid_change += ledger.record(
            tx, order, payment, "capture", seen.captured - payment.captured
        )
    if seen.status == "voided" and was != "voided" and payment.authorised:
        ledger.record(tx, order, payment, "void", payment.authorised)
    payment.status = _furthest_status(was, seen.status)
    changes.authorised = was == "open" and payment.status in ("authorised", "captured")
    changes.captured = was == "authorised" and payment.status == "captured"
    changes.capture_failed = _finish_attempts(tx, payment)
    payload = _recorded(tx, payment)
    if seen.fee and ("fee", "") not in payload:
        ledger.record(tx, order, payment, "fee", seen.fee)
    for refund in seen.refunds:
        _apply_refund(tx, order, payment, refund, payload, changes)
    for dispute in seen.disputes:
        changes.paid_change += disputes.apply_dispute(tx, order, payment, dispute, payload)
    changes.disputed = any(
        one.status in ("open", "under_review") and ("chargeback_reversed", one.id) not in payload
        for one in seen.disputes
    )
    changes.dispute_won = bool(seen.disputes) and all(one.status == "won" for one in seen.disputes)
    return changes


UNFINISHED = ("live", "unknown")
STATUS_ORDER = ("open", "authorised", "captured", "voided")
REACHED: Mapping[str, tuple[str, ...]] = {
    "open": (),
    "authorised": (*OPENING, "close"),
    "captured": (*OPENING, "capture", "void", "close"),
    "voided": (*OPENING, "capture", "void", "close"),
}
"""The kinds of attempts that need no call any more, by the status of the payment."""


def _before(payment: Payment, seen: ProviderPayment) -> str:
    """Return the status before this state. A payment that we gave up without a response and that is paid all the
    same counts as open: the provider never reported a void, otherwise the authorised amount would be recorded."""
    given_up = payment.status == "voided" and not payment.authorised and seen.authorised
    return "open" if given_up else payment.status


def _furthest_status(ours: str, theirs: str) -> str:
    """Return the later of two statuses, so that old news never moves a payment back."""
    return max(ours, theirs, key=STATUS_ORDER.index)


Recorded = Mapping[tuple[str, str], UUID | None]
"""The refund, if any, by (kind, provider_reference) of what is written of a payment."""


def _recorded(tx: Transaction, payment: Payment) -> Recorded:
    """What was written just now has no provider reference."""
    written = select(
        PaymentEvent.kind, PaymentEvent.provider_reference, PaymentEvent.refund_id
    ).where(PaymentEvent.payment_id == payment.id)
    return {
        (row.kind, row.provider_reference): row.refund_id for row in tx.session.execute(written)
    }


def _finish_attempts(tx: Transaction, payment: Payment) -> bool:
    """What was asked of the provider, and is so now, is done; whether something was to be taken that is gone."""
    is_capture_failed = False
    for attempt in live_attempts(tx, payment.id):
        if (attempt.kind, payment.status) == ("capture", "voided"):
            complete_attempt(tx, attempt, "voided")
            is_capture_failed = True
        elif attempt.kind in REACHED[payment.status]:
            complete_attempt(tx, attempt)
    return is_capture_failed


def live_attempts(tx: Transaction, payment_id: UUID) -> list[Attempt]:
    waiting = select(Attempt).where(
        Attempt.payment_id == payment_id, Attempt.status.in_(UNFINISHED)
    )
    return list(tx.session.scalars(waiting.order_by(Attempt.id).with_for_update()))


def has_live_attempt(session: Session, order_id: UUID, kind: str) -> bool:
    """Whether the provider is being asked for such a thing about a payment of the order."""
    of_it = select(Payment.id).where(Payment.order_id == order_id)
    found = select(Attempt.id).where(
        Attempt.payment_id.in_(of_it), Attempt.kind == kind, Attempt.status.in_(UNFINISHED)
    )
    return session.scalar(found.limit(1)) is not None


def complete_opening(tx: Transaction, attempt_id: UUID) -> None:
    """The provider has it: it waits for its payer from now on, and not for the provider."""
    attempt = tx.session.get_one(Attempt, attempt_id, with_for_update=True)
    if attempt.status in UNFINISHED and attempt.kind in OPENING:
        complete_attempt(tx, attempt)


def complete_attempt(tx: Transaction, attempt: Attempt, declined: str | None = None) -> None:
    """`declined` is the provider's word for why it failed; None: it is done."""
    attempt.status = "failed" if declined else "done"
    attempt.failure_code, attempt.completed_at = declined, tx.now


def _apply_refund(
    tx: Transaction,
    order: Payable,
    payment: Payment,
    seen: ProviderRefund,
    payload: Recorded,
    changes: Changes,
) -> None:
    """A refund may fail after it had succeeded: the payer's bank sends the money back. One that nobody asked for
    here becomes one of ours when it has arrived."""
    attempt = _attempt_of(tx, payment, seen)
    was_told = ("refund", seen.id) in payload
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
        if was_told and ("refund_reversed", seen.id) not in payload:
            facts: dict[str, Any] = {
                "provider_reference": seen.id,
                "refund_id": payload["refund", seen.id],
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


def fail_refund(tx: Transaction, payment: Payment, attempt: Attempt, because: str) -> None:
    """The provider will not bring it back to this tender: what was on its way is not any more."""
    if attempt.status in UNFINISHED:
        payment.refunding -= attempt.amount
    complete_attempt(tx, attempt, because)
