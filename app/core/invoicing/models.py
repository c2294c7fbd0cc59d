"""Legal entities, and the invoices and credit notes that they issue: immutable, with numbers without gaps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import RETRY, Base, Id, Minor, one_of, reference

KINDS = ("invoice", "credit_note")
LANGUAGES = ("en", "de")


class LegalEntity(Base):
    """A seller in the sense of tax law. Each document keeps the seller's name as it was at the time of issue."""

    __tablename__ = "legal_entities"
    __table_args__ = (
        CheckConstraint(one_of("language", *LANGUAGES), "language"),
        # Two people set up the same entity at once.
        UniqueConstraint("code", info=RETRY),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    """The lines of the address, without the country."""
    country: Mapped[str]
    vat_number: Mapped[str | None]
    invoice_prefix: Mapped[str]
    credit_note_prefix: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]


class DocumentNumber(Base):
    """The last number of a legal entity for one kind of document. The transaction that writes a document takes the
    next one, so a failed transaction leaves no gap."""

    __tablename__ = "document_numbers"
    __table_args__ = (
        CheckConstraint(one_of("kind", *KINDS), "kind"),
        CheckConstraint("last >= 0", "last"),
        UniqueConstraint("legal_entity_id", "kind"),
    )

    id: Mapped[Id]
    legal_entity_id: Mapped[UUID] = reference("legal_entities.id")
    kind: Mapped[str]
    last: Mapped[int]


class Document(Base):
    """An invoice or credit note; append-only. It names no person: `document_buyers` has the buyer, for as long as
    tax law requires."""

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint(one_of("kind", *KINDS), "kind"),
        CheckConstraint("net + tax = total AND net >= 0 AND tax >= 0", "sums"),
        CheckConstraint("(kind = 'credit_note') = (invoice_id IS NOT NULL)", "reference"),
        CheckConstraint("refund_id IS NULL OR kind = 'credit_note'", "refund"),
        UniqueConstraint("legal_entity_id", "kind", "number"),
        Index("documents_one_invoice_idx", "order_id", unique=True, postgresql_where="kind = 'invoice'"),
        Index("documents_order_idx", "order_id"),
        Index("documents_entity_idx", "legal_entity_id", "id"),
        Index("documents_issued_idx", "issued_at"),
    )  # fmt: skip

    id: Mapped[Id]
    legal_entity_id: Mapped[UUID] = reference("legal_entities.id")
    kind: Mapped[str]
    number: Mapped[int]
    document_number: Mapped[str]
    """The number as printed, with its prefix."""
    order_id: Mapped[UUID] = reference("orders.id")
    invoice_id: Mapped[UUID | None] = reference("documents.id")
    """The invoice that a credit note corrects."""
    refund_id: Mapped[UUID | None] = mapped_column(unique=True)
    """The refund of a credit note; NULL: it is for cancelled units."""
    currency: Mapped[str]
    net: Mapped[Minor]
    tax: Mapped[Minor]
    total: Mapped[Minor]
    content: Mapped[dict[str, Any]]
    """The complete content. It has only a digest of the buyer."""
    content_hash: Mapped[str]
    event_id: Mapped[UUID]
    issued_at: Mapped[datetime]


class DocumentBuyer(Base):
    """The buyer, as far as known. The `salt` prevents guessing a deleted name from its digest."""

    __tablename__ = "document_buyers"

    id: Mapped[Id]
    document_id: Mapped[UUID] = reference("documents.id", unique=True)
    salt: Mapped[str]
    name: Mapped[str | None]
    address: Mapped[str | None]
    country: Mapped[str | None]
    vat_number: Mapped[str | None]
