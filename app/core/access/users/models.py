"""The merchant's users: e-mail, password, a second factor, roles; and their sign-ins."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import RETRY, Base, Id, reference


class User(Base):
    __tablename__ = "users"
    # Two owners invited the same person at once.
    __table_args__ = (UniqueConstraint("email", info=RETRY),)

    id: Mapped[Id]
    email: Mapped[str]
    """In lower case."""
    name: Mapped[str]
    roles: Mapped[list[Any]]
    """Some of permissions.ROLES."""
    event_id: Mapped[UUID]
    """The event that gave the roles."""
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None]
    """The secret of the authenticator's codes, encrypted."""
    totp_step: Mapped[int | None]
    """The half minute of the last code that was used, so that no code works twice."""
    invitation_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """SHA-256 of an open invitation, by which the user sets password and second factor."""
    invitation_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class UserSession(Base):
    __tablename__ = "user_sessions"

    id: Mapped[Id]
    user_id: Mapped[UUID] = reference("users.id", index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
