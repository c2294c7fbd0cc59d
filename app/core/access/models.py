"""The callers: programs that call the APIs, and devices of the stores."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, one_of, reference

SALES_CHANNELS = ("web", "app", "pos", "social", "phone", "console", "import")
CLIENT_KINDS = {
    "web": ("storefront", "web"),
    "app": ("storefront", "app"),
    "merchant": ("merchant", "console"),
    "integration": ("merchant", "import"),
}
"""The operator's word for a program: its role and sales channel."""


class ApiClient(Base):
    """A program that calls the APIs. What it creates has the client's sales channel, never that of a field."""

    __tablename__ = "api_clients"
    __table_args__ = (
        CheckConstraint(one_of("sales_channel", *SALES_CHANNELS), "sales_channel"),
        CheckConstraint(one_of("role", "storefront", "merchant"), "role"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    version: Mapped[str | None]
    role: Mapped[str]
    sales_channel: Mapped[str]
    key_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """SHA-256 of the key; NULL for the web shop's own pages, which call without one, and for imports."""
    scopes: Mapped[list[Any] | None]
    """The permissions of a merchant's key, some of permissions.SCOPES; NULL for all of them."""
    revoked_at: Mapped[datetime | None]


class Device(Base):
    """A terminal of one store. Its token gives access to that store's orders and nothing else."""

    __tablename__ = "devices"

    id: Mapped[Id]
    name: Mapped[str]
    location_id: Mapped[UUID] = reference("locations.id")
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """SHA-256 of the token; NULL until the device is paired."""
    pairing_code_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """SHA-256 of the code that the device swaps for a token, once."""
    pairing_expires_at: Mapped[datetime | None]
    needs_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether staff must be signed in. Otherwise the device is trusted to work by its token alone."""
    revoked_at: Mapped[datetime | None]
