"""Finds the user who is to be changed, and ends sign-ins."""

from uuid import UUID

from sqlalchemy import update

from app.core.access.users.models import User, UserSession
from app.core.errors import NotFound
from app.core.transaction import Transaction


def locked(tx: Transaction, user_id: UUID) -> User:
    """Raises NotFound."""
    user = tx.session.get(User, user_id, with_for_update={"key_share": True})
    if user is None:
        raise NotFound(f"There is no user {user_id}: look for the id in the list.")
    return user


def end_sessions(tx: Transaction, user_id: UUID) -> None:
    tx.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .values(ended_at=tx.now)
    )
