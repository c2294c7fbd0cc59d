from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from app.core.accounts import sessions
from app.core.accounts.sessions import REFRESH_RETRY_WINDOW, SESSION_LIFETIME, Tokens
from app.core.errors import Unauthorised
from app.core.transaction import CommittedRefusal, Transaction


@dataclass(frozen=True)
class RefreshTokens:
    refresh_token: str = field(repr=False)
    device: str | None = field(repr=False)


def refresh_tokens(tx: Transaction, command: RefreshTokens) -> Tokens | CommittedRefusal[Tokens]:
    """New tokens for the refresh token in force, which is thereby used up.

    1. Rotate by a conditional UPDATE: of any number of rivals with the same token, one.
    2. To the others, within a minute and from the same device, give the very same new tokens: the answer was
       lost, or a clumsy app asked twice.
    3. Everything else is a token that somebody kept, so that one of two who have it is a thief: the session ends
       for both, and the refusal is committed.
    """
    given = sessions.parse_refresh_token(tx.ports.secrets, command.refresh_token)
    if given is None:
        raise _refused()
    session_id, generation = given
    values = {
        "id": session_id, "generation": generation, "now": tx.now, "until": tx.now + SESSION_LIFETIME,
        "device": sessions.device_token(tx.ports.secrets, command.device),
        "since": tx.now - REFRESH_RETRY_WINDOW,
    }  # fmt: skip
    for statement in (_ROTATE, _FORGIVE):
        row = tx.session.execute(statement, values).first()
        if row is not None:
            return sessions.tokens(tx.ports.secrets, session_id, row.generation, row.rotated_at)
    return _reused(tx, session_id)


def _reused(tx: Transaction, session_id: UUID) -> CommittedRefusal[Tokens]:
    ended = tx.session.execute(_END, {"id": session_id, "now": tx.now}).first()
    if ended is not None:
        payload = {"session": str(session_id), "because": "token_reused"}
        tx.record("account.session_ended", payload, customer_id=ended.customer_id)
    return CommittedRefusal(_refused())


def _refused() -> Unauthorised:
    return Unauthorised("This session has ended: sign in again.")


# Clocks of two processes differ a little: what was rotated by the other a moment from now is forgiven too.
_ROTATE = text("""
    UPDATE account_sessions
    SET generation = generation + 1, rotated_at = :now, seen_at = :now, expires_at = :until
    WHERE id = :id AND generation = :generation AND device IS NOT DISTINCT FROM :device AND ended_at IS NULL
        AND expires_at > :now
    RETURNING generation, rotated_at
""")
_FORGIVE = text("""
    SELECT generation, rotated_at FROM account_sessions
    WHERE id = :id AND generation = :generation + 1 AND device = :device AND rotated_at >= :since
        AND ended_at IS NULL AND expires_at > :now
""")
_END = text("""
    UPDATE account_sessions SET ended_at = :now WHERE id = :id AND ended_at IS NULL RETURNING customer_id
""")
