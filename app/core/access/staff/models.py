"""People who work in stores, what they are there, and their sign-ins at its devices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access.permissions import STORE_ROLES
from app.core.model import Base, Id, one_of, reference


class StaffMember(Base):
    """A person known by number and PIN. The number stays hers for good, so that histories keep their meaning."""

    __tablename__ = "staff"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    pin_hash: Mapped[str]
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]


class StoreRole(Base):
    """What somebody is in one store. Where she has no row, she is nobody."""

    __tablename__ = "staff_roles"
    __table_args__ = (
        CheckConstraint(one_of("role", *STORE_ROLES), "role"),
        UniqueConstraint("staff_id", "location_id"),
    )

    id: Mapped[Id]
    staff_id: Mapped[UUID] = reference("staff.id")
    location_id: Mapped[UUID] = reference("locations.id")
    role: Mapped[str]
    event_id: Mapped[UUID]
    """Which change gave it."""


class StaffSession(Base):
    """Somebody at one device; its token opens nothing at another."""

    __tablename__ = "staff_sessions"

    id: Mapped[Id]
    staff_id: Mapped[UUID] = reference("staff.id", index=True)
    device_id: Mapped[UUID] = reference("devices.id")
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
