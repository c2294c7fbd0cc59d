"""Webhook events of the provider: stored once by their id, and handled by a job."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base
from app.core.provider import ProviderEvent
from app.core.transaction import Transaction


class WebhookEvent(Base):
    """A webhook event. Only its subject is stored: its content may be old, and may hold personal data."""

    __tablename__ = "webhook_events"
    __table_args__ = (
        Index("webhook_events_waiting_idx", "received_at", postgresql_where="processed_at IS NULL"),
        Index(
            "webhook_events_processed_idx",
            "received_at",
            postgresql_where="processed_at IS NOT NULL",
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    """The provider's id of the event."""
    kind: Mapped[str]
    provider_id: Mapped[str | None]
    payment_id: Mapped[UUID | None]
    customer: Mapped[str | None]
    """The customer at the provider whose cards changed."""
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]


@dataclass(frozen=True)
class ReceiveWebhook:
    event: ProviderEvent


def receive_webhook(tx: Transaction, command: ReceiveWebhook) -> bool:
    """Store an event before it is acknowledged to the provider. Return False if it was received before."""
    event = command.event
    inserted = tx.session.connection().execute(_INSERT, {**vars(event), "now": tx.now})
    is_new = bool(inserted.rowcount)
    if is_new:
        tx.ports.jobs.enqueue(tx.session, "handle_webhook", webhook_event_id=event.id)
    return is_new


_INSERT = text("""
    INSERT INTO webhook_events (id, kind, provider_id, payment_id, customer, occurred_at, received_at)
    VALUES (:id, :kind, :provider_id, :payment_id, :customer, :occurred_at, :now) ON CONFLICT (id) DO NOTHING
""")
