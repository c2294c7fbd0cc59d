from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core.accounts import session_tokens
from app.core.accounts.events import ACCOUNT_SESSION_ENDED
from app.core.accounts.session_tokens import Tokens
from app.core.accounts.sessions import SESSION_LIFETIME
from app.core.errors import Unauthorised
from app.core.transaction import CommittedRefusal, Transaction

REFRESH_RETRY_WINDOW = timedelta(seconds=60)
"""How long a device may repeat a refresh with the previous token, because the answer with the new one was lost."""


@dataclass(frozen=True)
class RefreshTokens:
    refresh_token: str = field(repr=False)
    device: str | None = field(repr=False)


def refresh_tokens(tx: Transaction, command: RefreshTokens) -> Tokens | CommittedRefusal[Tokens]:
    """Exchange the valid refresh token for new tokens.

    1. Rotate by a conditional UPDATE. Of concurrent callers with the same token, one succeeds.
    2. Give the others, within a minute and from the same device, the same new tokens: the answer was lost, or the
       app sent the request twice.
    3. Any other use shows that two parties have the token, and one of them is a thief. End the session for both,
       and commit the refusal.
    """
    parsed = session_tokens.parse_refresh_token(tx.ports.secrets, command.refresh_token)
    if parsed is None:
        raise _session_ended()
    session_id, generation = parsed
    values = {
        "id": session_id,
        "generation": generation,
        "now": tx.now,
        "until": tx.now + SESSION_LIFETIME,
        "device": session_tokens.device_token(tx.ports.secrets, command.device),
        "since": tx.now - REFRESH_RETRY_WINDOW,
    }
    for statement in (_ROTATE, _REPEAT):
        row = tx.session.execute(statement, values).first()
        if row is not None:
            return session_tokens.tokens(
                tx.ports.secrets, session_id, row.generation, row.rotated_at
            )
    return _end_reused(tx, session_id)


def _end_reused(tx: Transaction, session_id: UUID) -> CommittedRefusal[Tokens]:
    ended = tx.session.execute(_END, {"id": session_id, "now": tx.now}).first()
    if ended is not None:
        payload = {"session": str(session_id), "reason": "token_reused"}
        tx.record(ACCOUNT_SESSION_ENDED, payload, customer_id=ended.customer_id)
    return CommittedRefusal(_session_ended())


def _session_ended() -> Unauthorised:
    return Unauthorised("This session has ended. Sign in again.")


_ROTATE = text("""
    UPDATE account_sessions
    SET generation = generation + 1, rotated_at = :now, seen_at = :now, expires_at = :until
    WHERE id = :id AND generation = :generation AND device IS NOT DISTINCT FROM :device AND ended_at IS NULL
        AND expires_at > :now
    RETURNING generation, rotated_at
""")
# There is no upper bound on rotated_at. Clocks of two processes differ a little, so another process may have
# rotated the token a moment in the future.
_REPEAT = text("""
    SELECT generation, rotated_at FROM account_sessions
    WHERE id = :id AND generation = :generation + 1 AND device = :device AND rotated_at >= :since
        AND ended_at IS NULL AND expires_at > :now
""")
_END = text("""
    UPDATE account_sessions SET ended_at = :now WHERE id = :id AND ended_at IS NULL RETURNING customer_id
""")
