"""Disputes: a payer asks their bank to return a payment, and the provider reports it."""

from collections.abc import Container
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.model import Base, Id, Minor, one_of, reference
from app.core.payments import ledger
from app.core.payments.kinds import DISPUTE
from app.core.payments.ledger import Payable
from app.core.payments.models import Payment
from app.core.provider import ProviderDispute
from app.core.transaction import Transaction

OPEN = ("open", "under_review")


class Dispute(Base):
    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint(one_of("status", *DISPUTE.statuses), "status"),
        CheckConstraint("amount > 0", "amount"),
        Index("disputes_payment_idx", "payment_id"),
        Index("disputes_open_idx", "evidence_due_by", postgresql_where="status = 'open'"),
        Index(
            "disputes_answering_idx", "answering_at",
            postgresql_where="answering_at IS NOT NULL AND answered_at IS NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    payment_id: Mapped[UUID] = reference("payments.id")
    order_id: Mapped[UUID] = reference("orders.id")
    provider_id: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[Minor]
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    opened_at: Mapped[datetime]
    evidence_due_by: Mapped[datetime | None]
    answering_at: Mapped[datetime | None]
    """When staff submitted the evidence. A repeat sends the facts of that moment."""
    answered_at: Mapped[datetime | None]
    """When the provider received the evidence."""
    closed_at: Mapped[datetime | None]


def is_open(session: Session, order_id: UUID) -> bool:
    """Return True while a bank has not decided a dispute of the order."""
    active = select(Dispute.id).where(Dispute.order_id == order_id, Dispute.status.in_(OPEN))
    return session.scalar(active.limit(1)) is not None


def apply_dispute(
    tx: Transaction,
    order: Payable,
    payment: Payment,
    seen: ProviderDispute,
    payload: Container[tuple[str, str]],
) -> int:
    """Record the news of a dispute; return by how much the order's paid amount changes.

    The bank withdraws the amount when the dispute opens and returns it when we win. An inquiry withdraws nothing.
    """
    known = tx.session.scalar(
        select(Dispute).where(Dispute.provider_id == seen.id).with_for_update()
    )
    if known is None:
        tx.insert(
            Dispute,
            payment_id=payment.id, order_id=payment.order_id, provider_id=seen.id, amount=seen.amount,
            currency=payment.currency, reason=seen.reason, status=seen.status, opened_at=seen.opened_at,
            evidence_due_by=seen.evidence_due_by, answering_at=None, answered_at=None,
            closed_at=tx.now if seen.status in ("won", "lost") else None,
        )  # fmt: skip
    elif DISPUTE.allows(known.status, seen.status):
        known.status = seen.status
        known.closed_at = tx.now if seen.status in ("won", "lost") else None
    taken, was_taken = 0, ("chargeback", seen.id) in payload
    if seen.withdraws_amount and not was_taken:
        taken += ledger.record(
            tx, order, payment, "chargeback", seen.amount, provider_reference=seen.id
        )
        was_taken = True
    if was_taken and seen.status == "won" and ("chargeback_reversed", seen.id) not in payload:
        taken += ledger.record(
            tx, order, payment, "chargeback_reversed", seen.amount, provider_reference=seen.id
        )
    return taken
