"""People: contacts, customers, identities and postal addresses; merges, notes, consents and suppressions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import RETRY, Base, Id, one_of, reference

IDENTITY_KINDS = ("email", "phone", "loyalty_card", "app_device", "provider_customer", "social")
CONSENT_PURPOSES = ("newsletter", "offers", "feedback", "analytics")
"""What needs a person's consent. The messages of an order itself need none."""
CONSENT_SOURCES = ("checkout", "cart", "order", "account", "till", "merchant", "import")
"""Through what a person gave or withdrew a consent."""
CONTACT_CHANNELS = (
    "email", "sms", "chat", "whatsapp", "messenger", "telegram", "phone", "push", "in_store",
)  # fmt: skip
"""The ways to contact a person."""
MERGE_REASONS = (
    "same_email", "same_phone", "same_loyalty_card", "same_name_and_phone", "same_name_and_postcode", "confirmed",
)  # fmt: skip
"""Why two customers are taken for one person; `confirmed`: the person said so."""


class Contact(Base):
    """How to contact a person; a guest has one too. Names and addresses stand here and nowhere else, so that an
    erasure changes one place."""

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
    """The id of an imported customer in the system it comes from: `online-retail:17850`."""
    created_at: Mapped[datetime]


class Customer(Base):
    """A person. Orders, carts and events keep the customer they were made for. A merge points one customer to
    another, and reads go through `merged_customers`, so a merge can be undone exactly."""

    __tablename__ = "customers"
    __table_args__ = (
        CheckConstraint("merged_into_id <> id", "merged"),
        Index("customers_contact_idx", "contact_id"),
    )

    id: Mapped[Id]
    contact_id: Mapped[UUID] = reference("contacts.id")
    """The customer's present name, address and phone number."""
    merged_into_id: Mapped[UUID | None] = reference("customers.id", index=True)
    customer_group: Mapped[str | None]
    """The group whose prices the customer pays."""
    tags: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    locale: Mapped[str | None]
    favourite_location_id: Mapped[UUID | None] = reference("locations.id")
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Identity(Base):
    """One thing that identifies a customer. A verified one belongs to one customer only; an unverified one may be
    claimed by several."""

    __tablename__ = "identities"
    __table_args__ = (
        CheckConstraint(one_of("kind", *IDENTITY_KINDS), "kind"),
        # Two devices opened the same account at once.
        Index(
            "identities_verified_idx", "kind", "value", unique=True, info=RETRY,
            postgresql_where="verified_at IS NOT NULL AND ended_at IS NULL",
        ),
        Index("identities_value_idx", "kind", "value", postgresql_where="ended_at IS NULL"),
        Index(
            "identities_provider_customer_idx", "customer_id", unique=True,
            postgresql_where="kind = 'provider_customer' AND ended_at IS NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    kind: Mapped[str]
    value: Mapped[str]
    """Normalised: e-mail in lower case, phone number as E.164, otherwise as it was given."""
    verified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    synced_at: Mapped[datetime | None]
    """When the last read of the provider's record began. An older read that ends later is ignored."""
    created_at: Mapped[datetime]


class PostalAddress(Base):
    """A postal address of a person. It belongs to the contact, so that an erasure finds it there."""

    __tablename__ = "postal_addresses"
    __table_args__ = (
        Index(
            "postal_addresses_postcode_idx", text("upper(regexp_replace(postcode, '\\s', '', 'g'))")
        ),
    )

    id: Mapped[Id]
    contact_id: Mapped[UUID] = reference("contacts.id", index=True)
    label: Mapped[str]
    """The customer's word for it: Home, Work."""
    name: Mapped[str]
    """The person who receives deliveries there."""
    lines: Mapped[str]
    """Everything above the town, such as house and street, one line each."""
    town: Mapped[str]
    postcode: Mapped[str]
    country: Mapped[str]
    """ISO 3166-1, two letters."""
    created_at: Mapped[datetime]


class CustomerMerge(Base):
    """A merge of one customer into another, or, as a row of its own, the undoing of a merge. Append-only."""

    __tablename__ = "customer_merges"
    __table_args__ = (
        CheckConstraint("merged_id <> into_id", "two"),
        CheckConstraint(one_of("reason", *MERGE_REASONS), "reason"),
        Index("customer_merges_merged_idx", "merged_id"),
    )

    id: Mapped[Id]
    merged_id: Mapped[UUID] = reference("customers.id")
    into_id: Mapped[UUID] = reference("customers.id", index=True)
    undoes_id: Mapped[UUID | None] = reference("customer_merges.id", unique=True)
    reason: Mapped[str]
    event_id: Mapped[UUID]
    created_at: Mapped[datetime]


class CustomerNote(Base):
    """A note by staff or the merchant for the next colleague who serves the customer."""

    __tablename__ = "customer_notes"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    body: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    created_at: Mapped[datetime]


class Consent(Base):
    """A consent that a person gave or withdrew. Append-only: the latest row of a purpose and channel counts."""

    __tablename__ = "consents"
    __table_args__ = (
        CheckConstraint(one_of("purpose", *CONSENT_PURPOSES), "purpose"),
        CheckConstraint(one_of("contact_channel", *CONTACT_CHANNELS), "contact_channel"),
        CheckConstraint(one_of("status", "given", "withdrawn"), "status"),
        CheckConstraint(one_of("source", *CONSENT_SOURCES), "source"),
        Index("consents_contact_idx", "contact_id", "purpose", "contact_channel", "at", "id"),
    )

    id: Mapped[Id]
    contact_id: Mapped[UUID] = reference("contacts.id")
    purpose: Mapped[str]
    contact_channel: Mapped[str]
    status: Mapped[str]
    source: Mapped[str]
    text_version: Mapped[str]
    """The version of the text that the person agreed to."""
    locale: Mapped[str]
    """The language in which the person saw the text."""
    evidence: Mapped[str]
    """The number of a form, a call or a request. A reference, never a person's words."""
    event_id: Mapped[UUID]
    at: Mapped[datetime]


class Suppression(Base):
    """An address that must not be contacted. Only its hash is stored, so a suppression outlives an erasure."""

    __tablename__ = "suppressions"
    __table_args__ = (
        CheckConstraint(one_of("purpose", *CONSENT_PURPOSES), "purpose"),
        CheckConstraint(one_of("contact_channel", *CONTACT_CHANNELS), "contact_channel"),
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
    """`Secrets.token` of the normalised address."""
    contact_channel: Mapped[str]
    purpose: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
