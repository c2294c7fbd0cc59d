"""Reads of disputes."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.orders.models import Order
from app.core.payment_processing.disputes.evidence import Evidence, collect_evidence
from app.core.payments.disputes import Dispute

Reader = Session | Connection


class DisputeRecord(NamedTuple):
    id: UUID
    number: str
    """Of the order."""
    amount: int
    currency: str
    reason: str
    status: str
    opened_at: datetime
    evidence_due_by: datetime | None
    answering_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None


class DisputeDetail(NamedTuple):
    dispute: DisputeRecord
    evidence: Evidence
    """As it was sent, or as it would be sent now."""


_DISPUTE = select(
    Dispute.id, Order.number, Dispute.amount, Dispute.currency, Dispute.reason, Dispute.status, Dispute.opened_at,
    Dispute.evidence_due_by, Dispute.answering_at, Dispute.answered_at, Dispute.closed_at,
).join(Order, Order.id == Dispute.order_id)  # fmt: skip


def disputes(
    reader: Reader, status: str | None, before: UUID | None, limit: int
) -> list[DisputeRecord]:
    """Return disputes, the newest first."""
    query = _DISPUTE.order_by(Dispute.id.desc()).limit(limit)
    if status is not None:
        query = query.where(Dispute.status == status)
    if before is not None:
        query = query.where(Dispute.id < before)
    return [DisputeRecord(*row) for row in reader.execute(query)]


def dispute(reader: Reader, dispute_id: UUID, now: datetime) -> DisputeDetail:
    """Return a dispute with its evidence. Raises NotFound."""
    row = reader.execute(_DISPUTE.where(Dispute.id == dispute_id)).first()
    if row is None:
        raise NotFound("There is no such dispute: look it up in the list.")
    found = DisputeRecord(*row)
    return DisputeDetail(found, collect_evidence(reader, dispute_id, found.answering_at or now))
