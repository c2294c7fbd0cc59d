"""A dispute is answered: the provider gets what we know of the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound
from app.core.payment_processing.disputes import evidence
from app.core.payment_processing.events import ORDER_DISPUTE_ANSWERED
from app.core.payment_processing.provider_sync.call_provider import RETRY_WINDOW
from app.core.payments.disputes import Dispute
from app.core.provider import Declined, OutcomeUnknown
from app.core.transaction import SYSTEM, Actor, Transaction, UseCaseRunner

LEFT_ALONE = timedelta(seconds=20)
"""How long a call is its own process's."""


@dataclass(frozen=True)
class AnswerDispute:
    dispute_id: UUID


@dataclass(frozen=True)
class Answer:
    """What is sent. With the same key the provider takes it once, and nobody may answer a dispute twice."""

    provider_id: str
    evidence: dict[str, str]
    key: str


def answer_dispute(runner: UseCaseRunner, command: AnswerDispute, actor: Actor = SYSTEM) -> None:
    """1. Note that it is answered, and as of when. 2. Send the evidence, with no transaction open. 3. Note that it
    arrived.

    Killed or unanswered in between, a job sends the same again. Raises NotFound, Conflict (invalid_state,
    provider_unavailable, payment_declined).
    """
    answer = runner.perform(begin_answer, command, actor)
    try:
        runner.ports.provider.submit_evidence(answer.provider_id, answer.evidence, answer.key)
    except OutcomeUnknown:
        raise Conflict(
            "The payment provider does not answer: the evidence is sent again in a minute.",
            code="provider_unavailable",
        ) from None
    except Declined as no:
        runner.perform(give_up_answer, command, actor)
        raise Conflict(
            f"The payment provider does not take the evidence ({no.code}): answer it in its own console.",
            code="payment_declined",
        ) from None
    runner.perform(record_submitted, command, actor)


def begin_answer(tx: Transaction, command: AnswerDispute) -> Answer:
    """Raises NotFound, Conflict (invalid_state) for one that was answered or is closed."""
    dispute = _locked(tx, command)
    if dispute.status != "open" or dispute.answered_at is not None:
        raise Conflict(
            "This dispute was answered already, or is closed: wait how it ends.",
            code="invalid_state",
            status=dispute.status,
        )
    begun = dispute.answering_at
    if begun is None or tx.now - begun > RETRY_WINDOW:
        begun = dispute.answering_at = tx.now
    facts = evidence.collect(tx.session, dispute.id, begun)
    key = f"{dispute.id}:{begun:%Y%m%dT%H%M%S}"
    return Answer(dispute.provider_id, evidence.in_words(facts), key)


def record_submitted(tx: Transaction, command: AnswerDispute) -> None:
    dispute = _locked(tx, command)
    if dispute.answered_at is None:
        dispute.answered_at = tx.now
        payload = {"dispute_id": str(dispute.id), "amount": dispute.amount}
        tx.record(ORDER_DISPUTE_ANSWERED, payload, order_id=dispute.order_id)


def give_up_answer(tx: Transaction, command: AnswerDispute) -> None:
    """The provider will never take it: nobody sends it again."""
    _locked(tx, command).answering_at = None


def begun_unanswered(session: Session, now: datetime) -> Sequence[UUID]:
    """Disputes whose evidence was begun to be sent, and of which we do not know whether it arrived."""
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
