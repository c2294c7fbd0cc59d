"""Reads of the merchant's users. What they return holds no password, no secret and no hash."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.access.users.models import User, UserSession
from app.core.errors import NotFound


class CallingUser(NamedTuple):
    id: UUID
    roles: Sequence[str]


class UserRow(NamedTuple):
    id: UUID
    email: str
    name: str
    roles: Sequence[str]
    accepted: bool
    """False: was only invited."""
    created_at: datetime
    disabled_at: datetime | None


class SessionRow(NamedTuple):
    id: UUID
    created_at: datetime
    expires_at: datetime


def find_user(reader: Connection, token_hash: bytes, now: datetime) -> CallingUser | None:
    """Return the user who is signed in by this token."""
    row = reader.execute(_SIGNED_IN, {"token": token_hash, "now": now}).first()
    return CallingUser(*row) if row else None


def list_users(reader: Connection) -> Sequence[UserRow]:
    """Return all users, disabled ones too, the oldest first."""
    return [UserRow(*row) for row in reader.execute(_USERS.order_by(User.id))]


def get_user(reader: Connection | Session, user_id: UUID) -> UserRow:
    """Return one user. Raises NotFound."""
    row = reader.execute(_USERS.where(User.id == user_id)).first()
    if row is None:
        raise not_found(user_id)
    return UserRow(*row)


def list_sessions(reader: Connection, user_id: UUID | None, now: datetime) -> Sequence[SessionRow]:
    """Return the user's sign-ins that have not ended, the newest first."""
    rows = reader.execute(
        select(UserSession.id, UserSession.created_at, UserSession.expires_at)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
        )
        .order_by(UserSession.id.desc())
    )
    return [SessionRow(*row) for row in rows]


def not_found(user_id: UUID) -> NotFound:
    return NotFound(f"There is no user {user_id}: look for the id in the list.")


_SIGNED_IN = (
    select(User.id, User.roles)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.token_hash == bindparam("token"),
        UserSession.ended_at.is_(None),
        UserSession.expires_at > bindparam("now"),
        User.disabled_at.is_(None),
    )
)
_USERS = select(
    User.id,
    User.email,
    User.name,
    User.roles,
    User.password_hash.is_not(None).label("accepted"),
    User.created_at,
    User.disabled_at,
)
