"""People: how they can be reached, who they are, and by what they are known."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, one_of, reference

IDENTITIES = ("email", "phone", "loyalty_card", "app_device", "provider_customer", "social")


class Contact(Base):
    """How a person can be reached; a guest has one too. Names and addresses stand here and nowhere else,
    so that an erasure touches one place."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("contacts_email_idx", text("lower(email)")),
        Index("contacts_number_idx", text("regexp_replace(phone, '[^0-9+]', '', 'g')")),
        Index("contacts_named_idx", "created_at", postgresql_where="name IS NOT NULL"),
        Index(
            "contacts_reachable_idx", "created_at",
            postgresql_where="email IS NOT NULL OR phone IS NOT NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    import_source: Mapped[str | None] = mapped_column(unique=True)
    """Who an imported customer was where she comes from: `online-retail:17850`."""
    created_at: Mapped[datetime]


class Customer(Base):
    """A person. Orders, carts and events keep the customer that they were made for: of two that are merged, the
    one points to the other, and reads go through `family`, so that a merge can be undone exactly."""

    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("merged_into_id <> id", "merged"),
        Index("customers_contact_idx", "contact_id"),
    )

    id: Mapped[Id]
    contact_id: Mapped[UUID] = reference("contacts.id")
    """Name, address and phone number that she uses now."""
    merged_into_id: Mapped[UUID | None] = reference("customers.id", index=True)
    customer_group: Mapped[str | None]
    """Whose prices hold for her."""
    tags: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    locale: Mapped[str | None]
    favourite_location_id: Mapped[UUID | None] = reference("locations.id")
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Identity(Base):
    """One thing by which a customer is known. Once verified it is hers alone; before, several may claim it."""

    __tablename__ = "identities"
    __table_args__ = (
        CheckConstraint(one_of("kind", *IDENTITIES), "kind"),
        Index(
            "identities_verified_idx", "kind", "value", unique=True,
            postgresql_where="verified_at IS NOT NULL AND ended_at IS NULL",
        ),
        Index("identities_value_idx", "kind", "value", postgresql_where="ended_at IS NULL"),
        Index(
            "identities_payer_idx", "customer_id", unique=True,
            postgresql_where="kind = 'provider_customer' AND ended_at IS NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    kind: Mapped[str]
    value: Mapped[str]
    """E-mail in lower case, phone number as E.164, otherwise as it was given."""
    verified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    """When the last look began at what it leads to elsewhere: an older one that comes late is not heeded."""
    created_at: Mapped[datetime]
