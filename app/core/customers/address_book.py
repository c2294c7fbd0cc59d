"""Postal addresses of a person. They hang on her contact, so that an erasure finds them there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from app.core.model import Base, Id, reference


class PostalAddress(Base):
    __tablename__ = "postal_addresses"
    __table_args__ = (
        Index(
            "postal_addresses_postcode_idx", text("upper(regexp_replace(postcode, '\\s', '', 'g'))")
        ),
    )

    id: Mapped[Id]
    contact_id: Mapped[UUID] = reference("contacts.id", index=True)
    label: Mapped[str]
    """What she calls it: Home, Work."""
    name: Mapped[str]
    """Who receives what is sent there."""
    lines: Mapped[str]
    """House, street and whatever else stands above the town, one per line."""
    town: Mapped[str]
    postcode: Mapped[str]
    country: Mapped[str]
    """ISO 3166-1, two letters."""
    created_at: Mapped[datetime]
