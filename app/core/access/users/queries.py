"""Reads of the merchant's users. No password, no secret, no hash."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.access.users.models import User
from app.core.errors import NotFound
from app.core.model import AnyRow


def find_user(reader: Connection, token_hash: bytes, now: datetime) -> AnyRow | None:
    """Who signed in by that token, if it still holds: id, roles."""
    return reader.execute(_BY_SESSION, {"token": token_hash, "now": now}).first()


def list_users(reader: Connection) -> list[dict[str, Any]]:
    """All that ever were, the oldest first: id, email, name, roles, accepted, created_at, disabled_at."""
    return [dict(row) for row in reader.execute(_USERS.order_by(User.id)).mappings()]


def get_user(reader: Connection | Session, user_id: UUID) -> dict[str, Any]:
    """One of them. Raises NotFound."""
    row = reader.execute(_USERS.where(User.id == user_id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no user {user_id}: look for the id in the list.")
    return dict(row)


def list_sessions(reader: Connection, user_id: UUID | None, now: datetime) -> list[dict[str, Any]]:
    """The user's sign-ins that still hold, the newest first: id, created_at, expires_at."""
    return [
        dict(row) for row in reader.execute(_SESSIONS, {"user_id": user_id, "now": now}).mappings()
    ]


_BY_SESSION = text("""
    SELECT u.id, u.roles FROM user_sessions s JOIN users u ON u.id = s.user_id
    WHERE s.token_hash = :token AND s.ended_at IS NULL AND s.expires_at > :now AND u.disabled_at IS NULL
""")
_USERS = select(
    User.id,
    User.email,
    User.name,
    User.roles,
    User.password_hash.is_not(None).label("accepted"),
    User.created_at,
    User.disabled_at,
)
_SESSIONS = text("""
    SELECT id, created_at, expires_at FROM user_sessions
    WHERE user_id = :user_id AND ended_at IS NULL AND expires_at > :now ORDER BY id DESC
""")
