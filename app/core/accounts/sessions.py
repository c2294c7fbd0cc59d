"""Where shoppers are signed in, and what proves it: a cookie, or an access and a refresh token.

All of them are derived from the session's id by HMAC, so there is nothing to store and nothing to leak; the
session is looked up at each request, so that one that was ended is out at once.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core import secret_labels
from app.core.accounts.models import AccountSession
from app.core.errors import Forbidden, Unauthorised
from app.core.model import AnyRow
from app.core.ports import Secrets
from app.core.transaction import Transaction

SESSION_LIFETIME = timedelta(days=60)
"""A browser's from signing in on, an app's from its last refresh on."""
ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
REFRESH_RETRY_WINDOW = timedelta(seconds=60)
"""For so long a device may send the token before the last once more: the answer with the new one was lost."""
RECENT_SIGN_IN = timedelta(minutes=15)
"""For so long after signing in she need not prove again who she is."""
SEEN_INTERVAL = timedelta(hours=1)


@dataclass(frozen=True)
class Tokens:
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    """When the access token has to be renewed."""


def tokens(secrets: Secrets, session_id: UUID, generation: int, rotated_at: datetime) -> Tokens:
    """Those of a generation: asked for twice, they are the same to the last byte."""
    until = rotated_at + ACCESS_TOKEN_LIFETIME
    return Tokens(
        _sign(secrets, secret_labels.ACCESS, f"{session_id}.{int(until.timestamp())}"),
        _sign(secrets, secret_labels.REFRESH, f"{session_id}.{generation}"),
        until,
    )


def cookie(secrets: Secrets, session_id: UUID) -> str:
    return _sign(secrets, secret_labels.SESSION, str(session_id))


def parse_cookie(secrets: Secrets, given: str) -> UUID | None:
    """The session that a cookie is for, None for one that we did not make."""
    body = _checked(secrets, secret_labels.SESSION, given)
    return UUID(body) if body else None


def parse_access_token(secrets: Secrets, given: str, now: datetime) -> UUID | None:
    """The session that an access token is for, None where it is too old or not ours."""
    body = _checked(secrets, secret_labels.ACCESS, given)
    if body is None:
        return None
    session_id, _, until = body.partition(".")
    return UUID(session_id) if int(until) > now.timestamp() else None


def parse_refresh_token(secrets: Secrets, given: str) -> tuple[UUID, int] | None:
    """(session, generation) of a refresh token, None for one that we did not make."""
    body = _checked(secrets, secret_labels.REFRESH, given)
    if body is None:
        return None
    session_id, _, generation = body.partition(".")
    return UUID(session_id), int(generation)


def device_token(secrets: Secrets, device: str | None) -> str | None:
    """What is kept of what an app keeps on its device."""
    return secrets.token(secret_labels.DEVICE, device) if device else None


def find_live(reader: Session | Connection, session_id: UUID, now: datetime) -> AnyRow | None:
    """id, customer_id (of the person as she is known today), account_id (the one of her customers by whose address
    or passkey she signed in), customer_group, client_id, sales_channel, created_at, seen_at."""
    return reader.execute(_LIVE, {"id": session_id, "now": now}).first()


def is_fresh(session: AnyRow, now: datetime) -> bool:
    """Whether she signed in just now. Whoever finds an open session must not be able to keep the account: what
    opens it (a password, an address, a passkey) is added only so, or with the current password."""
    fresh: bool = now - session.created_at <= RECENT_SIGN_IN
    return fresh


def require_recent_sign_in(tx: Transaction, session_id: UUID) -> None:
    """Raises Forbidden, Unauthorised for a session that has ended."""
    session = find_live(tx.session, session_id, tx.now)
    if session is None:
        raise Unauthorised("This session has ended: sign in again.")
    if not is_fresh(session, tx.now):
        raise Forbidden("Sign in again first: this opens your account, and you signed in long ago.")


def record_seen(reader: Connection, session: AnyRow, now: datetime) -> None:
    """So that she can tell in her list which one she no longer uses; once an hour is enough for that."""
    if now - session.seen_at >= SEEN_INTERVAL:
        seen = update(AccountSession).where(AccountSession.id == session.id)
        reader.execute(seen.values(seen_at=now))


def end_all(tx: Transaction, customer_id: UUID, but: UUID | None = None) -> None:
    """End her sessions everywhere, except one."""
    tx.session.execute(_END_ALL, {"customer": customer_id, "now": tx.now, "but": but})


def _sign(secrets: Secrets, purpose: str, body: str) -> str:
    return f"{body}.{secrets.token(purpose, body)}"


def _checked(secrets: Secrets, purpose: str, given: str) -> str | None:
    body, _, mark = given.rpartition(".")
    right = secrets.token(purpose, body)
    return body if body and compare_digest(mark.encode(), right.encode()) else None


_END_ALL = text("""
    UPDATE account_sessions SET ended_at = :now
    WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) AND ended_at IS NULL
        AND id IS DISTINCT FROM CAST(:but AS uuid)
""")
_LIVE = text("""
    SELECT * FROM (
        SELECT s.id, (SELECT id FROM canonical_customer_id(s.customer_id)) AS customer_id,
            s.customer_id AS account_id,
            (SELECT customer_group FROM customer_group_of(s.customer_id)) AS customer_group, s.client_id,
            s.sales_channel, s.created_at, s.seen_at
        FROM account_sessions s JOIN api_clients c ON c.id = s.client_id AND c.revoked_at IS NULL
        WHERE s.id = :id AND s.ended_at IS NULL AND s.expires_at > :now
    ) session WHERE customer_id IS NOT NULL
""")
