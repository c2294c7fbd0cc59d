"""The event log: one append-only row for each thing that happened, with ids and amounts only.

It never has a name, an address or the text of a message, so an erasure does not have to touch sealed rows.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.core.model import Base, Id


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, xid8."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class Event(Base):
    __tablename__ = "events"
    __table_args__ = (
        Index("events_order_idx", "order_id", "occurred_at"),
        Index("events_transaction_idx", "transaction_id"),
        Index("events_kind_idx", "kind", "id"),
        Index("events_actor_idx", "actor_id", "id", postgresql_where="actor_id IS NOT NULL"),
        Index("events_approved_idx", "id", postgresql_where="approved_by IS NOT NULL"),
        Index(
            "events_customer_idx", "customer_id", text("occurred_at DESC"), text("id DESC"),
            postgresql_where="customer_id IS NOT NULL AND order_id IS NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str]
    schema_version: Mapped[int]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[str | None]
    """The role that permitted it: one of access/permissions.py."""
    sales_channel: Mapped[str | None]
    contact_channel: Mapped[str | None]
    location_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    """The customer that it is about. An event of an order is about the order's customer, whatever its actor."""
    order_id: Mapped[UUID | None]
    causation_id: Mapped[UUID | None]
    """The event that led to this one."""
    approved_by: Mapped[UUID | None]
    """The manager who approved it."""
    reason: Mapped[str | None]
    """The reason of the approval, one of access/staff/approval.py: free text could name people."""
    payload: Mapped[dict[str, Any]]
    transaction_id: Mapped[int] = mapped_column(
        TransactionId, server_default=text("pg_current_xact_id()"), deferred=True
    )
    """The transaction that wrote it. By it the sealer knows that no earlier event can still be committed."""


class EventSeal(Base):
    """The sealed order of events: `position` is the cursor of every feed, `hash` chains the rows."""

    __tablename__ = "event_seals"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
