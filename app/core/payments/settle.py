"""Brings our record of a card payment up to what the provider has."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.payments import disputes, ledger
from app.core.payments.ledger import Payable
from app.core.payments.models import Attempt, Payment, PaymentEvent
from app.core.provider import SeenPayment, SeenRefund
from app.core.transaction import Transaction


@dataclass
class Settled:
    """What was news to us."""

    taken: int = 0
    """By how much the order's paid changes; negative where money went back."""
    foreign: bool = False
    """It is not the payment that we asked for: another amount or currency. Nothing of it was written."""
    declined: list[Attempt] = field(default_factory=list)
    """Refunds that the provider could not bring back to this tender."""
    disputed: bool = False
    won: bool = False
    """Each dispute of it, and there was one, ended for us."""


def settle(tx: Transaction, order: Payable, payment: Payment, seen: SeenPayment) -> Settled:
    """Write each fact that is not written yet. The payment is locked, and its order.

    It does not matter how we heard of it (a call's answer, a webhook, a look), in which order or how often: facts
    only ever grow, and each is written under the provider's own name for it.
    """
    if (seen.amount, seen.currency) != (payment.amount, payment.currency):
        return Settled(foreign=True)
    news = Settled()
    payment.provider_id = seen.id
    payment.capture_before = seen.capture_before
    if seen.authorised > payment.authorised:
        ledger.write(tx, order, payment, "authorise", seen.authorised - payment.authorised)
    if seen.captured > payment.captured:
        news.taken += ledger.write(tx, order, payment, "capture", seen.captured - payment.captured)
    if seen.status == "voided" and payment.state != "voided" and payment.authorised:
        ledger.write(tx, order, payment, "void", payment.authorised)
    payment.state = _furthest(payment.state, seen.status)
    _finish_attempts(tx, payment)
    told = _told(tx, payment)
    if seen.fee and ("fee", "") not in told:
        ledger.write(tx, order, payment, "fee", seen.fee)
    for refund in seen.refunds:
        _settle_refund(tx, order, payment, refund, told, news)
    for dispute in seen.disputes:
        news.taken += disputes.note(tx, order, payment, dispute, told)
    news.disputed = any(
        one.status in ("open", "under_review") and ("chargeback_reversed", one.id) not in told
        for one in seen.disputes
    )
    news.won = bool(seen.disputes) and all(one.status == "won" for one in seen.disputes)
    return news


WAITING = ("live", "unknown")
OPENING = ("intent", "reader", "card")
"""The attempts that ask a payer; a page's is done when the page is there."""
ORDER_OF_STATES = ("open", "authorised", "captured", "voided")


def _furthest(ours: str, theirs: str) -> str:
    """A late word never takes back what a later one told."""
    return max(ours, theirs, key=ORDER_OF_STATES.index)


def _told(tx: Transaction, payment: Payment) -> set[tuple[str, str]]:
    """(kind, source) of what is written of the payment; what was written just now has no source of its own."""
    written = select(PaymentEvent.kind, PaymentEvent.source).where(
        PaymentEvent.payment_id == payment.id
    )
    return {(row.kind, row.source) for row in tx.session.execute(written)}


def _finish_attempts(tx: Transaction, payment: Payment) -> None:
    """What was asked of the provider, and is so now, is done."""
    reached = {
        "open": ("intent", "reader", "card"),
        "authorised": ("intent", "reader", "card", "page", "close"),
        "captured": ("intent", "reader", "card", "page", "capture", "void", "close"),
        "voided": ("intent", "reader", "card", "page", "capture", "void", "close"),
    }[payment.state]
    for attempt in live_attempts(tx, payment.id):
        if attempt.kind in reached:
            finish(tx, attempt)


def note_opened(tx: Transaction, payment: Payment, attempt_id: UUID) -> None:
    """The provider answered by showing what it asks the payer for: she may think about it, and is not somebody
    whom nobody told where to pay."""
    if payment.state == "open":
        for attempt in live_attempts(tx, payment.id):
            if attempt.id == attempt_id and attempt.kind in OPENING:
                finish(tx, attempt)


def live_attempts(tx: Transaction, payment_id: UUID) -> list[Attempt]:
    waiting = select(Attempt).where(Attempt.payment_id == payment_id, Attempt.state.in_(WAITING))
    return list(tx.session.scalars(waiting.order_by(Attempt.id).with_for_update()))


def finish(tx: Transaction, attempt: Attempt, declined: str | None = None) -> None:
    """`declined` is the provider's word for why it failed; None: it is done."""
    attempt.state = "failed" if declined else "done"
    attempt.declined, attempt.settled_at = declined, tx.now


def _settle_refund(
    tx: Transaction,
    order: Payable,
    payment: Payment,
    seen: SeenRefund,
    told: set[tuple[str, str]],
    news: Settled,
) -> None:
    """A refund may fail after it had succeeded: the payer's bank sends the money back."""
    attempt = _attempt_of(tx, payment, seen)
    facts: dict[str, Any] = {"source": seen.id, "refund_id": attempt.refund_id if attempt else None}
    was_told = ("refund", seen.id) in told
    if seen.status == "succeeded" and not was_told:
        news.taken += ledger.write(tx, order, payment, "refund", seen.amount, **facts)
        if attempt is not None and attempt.state in WAITING:
            payment.refunding -= attempt.amount
            finish(tx, attempt)
    if seen.status == "failed":
        if was_told and ("refund_reversed", seen.id) not in told:
            news.taken += ledger.write(tx, order, payment, "refund_reversed", seen.amount, **facts)
        if attempt is not None and attempt.state != "failed":
            give_up(tx, payment, attempt, "refund_failed")
            news.declined.append(attempt)


def _attempt_of(tx: Transaction, payment: Payment, seen: SeenRefund) -> Attempt | None:
    attempt = tx.session.get(Attempt, seen.attempt_id) if seen.attempt_id else None
    return attempt if attempt is not None and attempt.payment_id == payment.id else None


def give_up(tx: Transaction, payment: Payment, attempt: Attempt, because: str) -> None:
    """The provider will not bring it back to this tender: what was on its way is not any more."""
    if attempt.state in WAITING:
        payment.refunding -= attempt.amount
    finish(tx, attempt, because)
