"""Who may call: the programs that sell, and the devices that stand in a shop."""

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
"""What an operator calls a program: the role and sales channel that it has."""


class ApiClient(Base):
    """A program that calls us. The sales channel of what it begins is the client's, never a field's."""

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
    """Of a merchant's key, some of permissions.SCOPES; NULL for all of them."""
    revoked_at: Mapped[datetime | None]


class Device(Base):
    """A terminal of one store; its token opens that store's orders and nothing else."""

    __tablename__ = "devices"

    id: Mapped[Id]
    name: Mapped[str]
    location_id: Mapped[UUID] = reference("locations.id")
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """SHA-256 of the token; NULL until it is paired."""
    pairing_code_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """SHA-256 of the code that will be swapped for a token, once."""
    pairing_expires_at: Mapped[datetime | None]
    needs_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether somebody has to be signed in; otherwise it is trusted to work by its token alone."""
    revoked_at: Mapped[datetime | None]
