"""Threads and the messages in them, over any contact channel."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.customers.models import CONTACT_CHANNELS
from app.core.model import Base, Id, one_of, reference

STATUSES = ("queued", "sent", "failed", "superseded")
"""Superseded: the order moved on before the message could be sent, so its content was no longer true."""


class Thread(Base):
    """A conversation with a person about one subject."""

    __tablename__ = "threads"
    __table_args__ = (
        CheckConstraint(one_of("status", "open", "resolved"), "status"),
        UniqueConstraint("order_id", "topic"),
        Index("threads_contact_idx", "contact_id"),
    )

    id: Mapped[Id]
    contact_id: Mapped[UUID] = reference("contacts.id")
    order_id: Mapped[UUID | None] = reference("orders.id")
    topic: Mapped[str]
    subject: Mapped[str]
    status: Mapped[str]
    opened_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(one_of("direction", "in", "out"), "direction"),
        CheckConstraint(one_of("contact_channel", *CONTACT_CHANNELS), "contact_channel"),
        CheckConstraint(one_of("status", *STATUSES), "status"),
        UniqueConstraint("contact_channel", "external_id"),
        UniqueConstraint("event_id", "template", "contact_channel"),
        Index("messages_thread_idx", "thread_id"),
        Index("messages_with_body_idx", "created_at", postgresql_where="body <> ''"),
    )

    id: Mapped[Id]
    thread_id: Mapped[UUID] = reference("threads.id")
    direction: Mapped[str]
    contact_channel: Mapped[str]
    external_id: Mapped[str | None]
    template: Mapped[str | None]
    template_version: Mapped[int | None]
    event_id: Mapped[UUID | None]
    """The event that it reports: one message per event, template and channel."""
    status: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    """The text as the person reads it, with link and code masked."""
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
