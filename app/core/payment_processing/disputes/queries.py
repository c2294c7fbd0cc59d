"""Reads of disputes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.orders.models import Order
from app.core.payment_processing.disputes import evidence
from app.core.payments.disputes import Dispute

Reader = Session | Connection

_DISPUTE = select(
    Dispute.id, Order.number, Dispute.amount, Dispute.currency, Dispute.reason, Dispute.status, Dispute.opened_at,
    Dispute.evidence_due_by, Dispute.answering_at, Dispute.answered_at, Dispute.closed_at,
).join(Order, Order.id == Dispute.order_id)  # fmt: skip


def disputes(
    reader: Reader, status: str | None, before: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """The newest first: id, number (of the order), amount, currency, reason, status, opened_at, evidence_due_by,
    answering_at, answered_at, closed_at."""
    query = _DISPUTE.order_by(Dispute.id.desc()).limit(limit)
    if status is not None:
        query = query.where(Dispute.status == status)
    if before is not None:
        query = query.where(Dispute.id < before)
    return [dict(row) for row in reader.execute(query).mappings()]


def dispute(reader: Reader, dispute_id: UUID, now: datetime) -> dict[str, Any]:
    """One, with the evidence as it was sent, or as it would be now. Raises NotFound."""
    found = reader.execute(_DISPUTE.where(Dispute.id == dispute_id)).mappings().first()
    if found is None:
        raise NotFound("There is no such dispute: look it up in the list.")
    facts = evidence.collect(reader, dispute_id, found["answering_at"] or now)
    return {**found, "evidence": facts}
