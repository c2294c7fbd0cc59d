"""The history: one line per thing that happened, append-only, ids and amounts only.

Never a name, an address or a message's text: an erasure must not have to touch what is sealed.
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
    """What made it their right: a role of access/permissions.py."""
    sales_channel: Mapped[str | None]
    contact_channel: Mapped[str | None]
    location_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    """Whom it is about, where it is about no order: those of an order are its customer's, whoever did them."""
    order_id: Mapped[UUID | None]
    causation_id: Mapped[UUID | None]
    """The event that led to this one."""
    approved_by: Mapped[UUID | None]
    """The manager who let somebody else do it."""
    reason: Mapped[str | None]
    """Why, as one of access/approval.py's words: free text could name people."""
    payload: Mapped[dict[str, Any]]
    transaction_id: Mapped[int] = mapped_column(
        TransactionId, server_default=text("pg_current_xact_id()"), deferred=True
    )
    """Which transaction wrote it: by this the sealer knows that nothing can still come before."""


class Seal(Base):
    """The sealed order of events: `position` is the cursor of every feed, `hash` chains the rows."""

    __tablename__ = "seal"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    row_id: Mapped[UUID] = mapped_column(unique=True)
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
