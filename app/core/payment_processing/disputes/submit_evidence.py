"""Answers a dispute: submits the evidence of the order to the provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound
from app.core.payment_processing.disputes.evidence import collect_evidence, in_words
from app.core.payment_processing.events import ORDER_DISPUTE_ANSWERED
from app.core.payment_processing.provider_sync.send_call import RETRY_WINDOW
from app.core.payments.disputes import Dispute
from app.core.provider import Declined, OutcomeUnknown
from app.core.transaction import SYSTEM, Actor, Transaction, UseCaseRunner

LEFT_ALONE = timedelta(seconds=20)
"""How long a call is left to the process that began it."""


@dataclass(frozen=True)
class AnswerDispute:
    dispute_id: UUID


@dataclass(frozen=True)
class Answer:
    """The evidence to submit. A dispute can be answered once: with the same key the provider takes it once."""

    provider_id: str
    evidence: dict[str, str]
    key: str


def answer_dispute(runner: UseCaseRunner, command: AnswerDispute, actor: Actor = SYSTEM) -> None:
    """Submit the evidence of a dispute, once.

    1. Record that the answer begins, and as of when its evidence is collected.
    2. Submit the evidence, with no transaction open.
    3. Record that it arrived.

    If the process ends in between, or the provider does not respond, a job submits the same again. Raises
    NotFound, Conflict (invalid_state, provider_unavailable, payment_declined).
    """
    answer = runner.perform(begin_answer, command, actor)
    try:
        runner.ports.provider.submit_evidence(answer.provider_id, answer.evidence, answer.key)
    except OutcomeUnknown:
        raise Conflict(
            "The payment provider does not respond: the evidence is submitted again in a minute.",
            code="provider_unavailable",
        ) from None
    except Declined as no:
        runner.perform(give_up_answer, command, actor)
        raise Conflict(
            f"The payment provider does not take the evidence ({no.code}): answer the dispute in its dashboard.",
            code="payment_declined",
        ) from None
    runner.perform(record_submitted, command, actor)


def begin_answer(tx: Transaction, command: AnswerDispute) -> Answer:
    """Begin the answer. Raises NotFound, Conflict (invalid_state) for a dispute that was answered or is closed."""
    dispute = _locked(tx, command)
    if dispute.status != "open" or dispute.answered_at is not None:
        raise Conflict(
            "This dispute was answered already, or is closed: wait for its end.",
            code="invalid_state",
            status=dispute.status,
        )
    begun = dispute.answering_at
    if begun is None or tx.now - begun > RETRY_WINDOW:
        begun = dispute.answering_at = tx.now
    evidence = collect_evidence(tx.session, dispute.id, begun)
    key = f"{dispute.id}:{begun:%Y%m%dT%H%M%S}"
    return Answer(dispute.provider_id, in_words(evidence), key)


def record_submitted(tx: Transaction, command: AnswerDispute) -> None:
    dispute = _locked(tx, command)
    if dispute.answered_at is None:
        dispute.answered_at = tx.now
        payload = {"dispute_id": str(dispute.id), "amount": dispute.amount}
        tx.record(ORDER_DISPUTE_ANSWERED, payload, order_id=dispute.order_id)


def give_up_answer(tx: Transaction, command: AnswerDispute) -> None:
    """Give up the answer that the provider will never take: no job submits it again."""
    _locked(tx, command).answering_at = None


def begun_unanswered(session: Session, now: datetime) -> Sequence[UUID]:
    """Return the disputes whose answer began and may not have arrived."""
    found = select(Dispute.id).where(
        Dispute.answering_at.between(now - RETRY_WINDOW, now - LEFT_ALONE),
        Dispute.answered_at.is_(None),
        Dispute.status == "open",
    )
    return session.scalars(found).all()


def _locked(tx: Transaction, command: AnswerDispute) -> Dispute:
    dispute = tx.session.get(Dispute, command.dispute_id, with_for_update=True)
    if dispute is None:
        raise NotFound("There is no such dispute: look it up in the list.")
    return dispute
