"""What is kept about people: which of them turned out to be one, notes, consents, and whom nobody may write to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core.model import Base, Id, one_of, reference

PURPOSES = ("newsletter", "offers", "feedback", "analytics")
"""What a person may be asked for. What an order itself needs, as its letters, asks for no consent."""
CHANNELS = (
    "email", "sms", "chat", "whatsapp", "messenger", "telegram", "phone", "push", "in_store",
)  # fmt: skip
"""By which a person can be reached."""
SOURCES = ("checkout", "cart", "order", "account", "till", "merchant", "import")
"""Where somebody said so."""
BECAUSE = (
    "same_email", "same_phone", "same_loyalty_card", "same_name_and_phone", "same_name_and_postcode", "told",
)  # fmt: skip
"""Why two were taken for one; `told`: a person said so."""


class CustomerMerge(Base):
    """That one customer became part of another, or, by a row of its own, that it was undone. Append-only."""

    __tablename__ = "customer_merges"
    __table_args__ = (
        CheckConstraint("merged_id <> into_id", "two"),
        CheckConstraint(one_of("because", *BECAUSE), "because"),
        Index("customer_merges_merged_idx", "merged_id"),
    )

    id: Mapped[Id]
    merged_id: Mapped[UUID] = reference("customers.id")
    into_id: Mapped[UUID] = reference("customers.id", index=True)
    undoes_id: Mapped[UUID | None] = reference("customer_merges.id", unique=True)
    because: Mapped[str]
    event_id: Mapped[UUID]
    created_at: Mapped[datetime]


class CustomerNote(Base):
    """What one of the staff wants the next one to know."""

    __tablename__ = "customer_notes"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    body: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    created_at: Mapped[datetime]


class Consent(Base):
    """That a person allowed something, or took it back. Append-only: the newest of a kind counts."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(one_of("purpose", *PURPOSES), "purpose"),
        CheckConstraint(one_of("contact_channel", *CHANNELS), "contact_channel"),
        CheckConstraint(one_of("state", "given", "withdrawn"), "state"),
        CheckConstraint(one_of("source", *SOURCES), "source"),
        Index("consents_contact_idx", "contact_id", "purpose", "contact_channel", "at", "id"),
    )

    id: Mapped[Id]
    contact_id: Mapped[UUID] = reference("contacts.id")
    purpose: Mapped[str]
    contact_channel: Mapped[str]
    state: Mapped[str]
    source: Mapped[str]
    text_version: Mapped[str]
    """Of the words that were agreed to."""
    locale: Mapped[str]
    """In which they were shown."""
    evidence: Mapped[str]
    """What shows it: the number of a form, a call or a request. A reference, never a person's words."""
    event_id: Mapped[UUID]
    at: Mapped[datetime]


class Suppression(Base):
    """An address that nobody may write to, known by its hash only, so that it outlives an erasure."""

    __tablename__ = "suppressions"
    __table_args__ = (
        CheckConstraint(one_of("purpose", *PURPOSES), "purpose"),
        CheckConstraint(one_of("contact_channel", *CHANNELS), "contact_channel"),
        CheckConstraint(
            one_of("reason", "withdrawn", "erased", "complaint", "undeliverable"), "reason"
        ),
        Index(
            "suppressions_in_force_idx", "address_hash", "contact_channel", "purpose", unique=True,
            postgresql_where="lifted_at IS NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    address_hash: Mapped[str]
    """`Secrets.token` of the address."""
    contact_channel: Mapped[str]
    purpose: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
