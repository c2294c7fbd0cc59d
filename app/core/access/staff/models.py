"""Staff, their roles in stores, and their sign-ins at devices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access.permissions import STORE_ROLES
from app.core.model import Base, Id, one_of, reference


class StaffMember(Base):
    """A person known by number and PIN. The number is never given to another person, so histories keep their
    meaning."""

    __tablename__ = "staff"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    pin_hash: Mapped[str]
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]


class StoreRole(Base):
    """The role of a member of staff in one store. Without a row they have no permission there."""

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
    """The event that gave the role."""


class StaffSession(Base):
    """A sign-in at one device. Its token is invalid at every other device."""

    __tablename__ = "staff_sessions"

    id: Mapped[Id]
    staff_id: Mapped[UUID] = reference("staff.id", index=True)
    device_id: Mapped[UUID] = reference("devices.id")
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
