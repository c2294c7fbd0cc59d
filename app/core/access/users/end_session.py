from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update

from app.core.access.events import USER_SIGNED_OUT
from app.core.access.users.models import UserSession
from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class EndSession:
    session_id: UUID


def end_session(tx: Transaction, command: EndSession) -> None:
    """Sign out, here or on the machine that was left somewhere: one of one's own sign-ins. Raises NotFound."""
    ended = tx.session.execute(
        update(UserSession)
        .where(
            UserSession.id == command.session_id,
            UserSession.user_id == tx.actor.id,
            UserSession.ended_at.is_(None),
        )
        .values(ended_at=tx.now)
        .returning(UserSession.id)
    )
    if ended.first() is None:
        raise NotFound("There is no such session of yours: look for its id in the list.")
    tx.record(USER_SIGNED_OUT, {"user_id": tx.actor.id, "session_id": command.session_id})
