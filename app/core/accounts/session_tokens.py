"""The secrets of a session: a cookie for a browser, an access token and a refresh token for an app.

Each is derived by HMAC from the session's id, so nothing is stored and nothing can leak. Every request still looks
the session up, so ending a session takes effect at once.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from app.core import secret_labels
from app.core.ports import Secrets

ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Tokens:
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    """When the access token expires."""


def tokens(secrets: Secrets, session_id: UUID, generation: int, rotated_at: datetime) -> Tokens:
    """Return the tokens of a generation. Repeated calls return the same bytes."""
    expires_at = rotated_at + ACCESS_TOKEN_LIFETIME
    return Tokens(
        _sign(secrets, secret_labels.ACCESS, f"{session_id}.{int(expires_at.timestamp())}"),
        _sign(secrets, secret_labels.REFRESH, f"{session_id}.{generation}"),
        expires_at,
    )


def cookie(secrets: Secrets, session_id: UUID) -> str:
    return _sign(secrets, secret_labels.SESSION, str(session_id))


def parse_cookie(secrets: Secrets, value: str) -> UUID | None:
    """Return the session of a cookie, None if we did not make the cookie."""
    body = _verified_body(secrets, secret_labels.SESSION, value)
    return UUID(body) if body else None


def parse_access_token(secrets: Secrets, value: str, now: datetime) -> UUID | None:
    """Return the session of an access token, None if the token has expired or we did not make it."""
    body = _verified_body(secrets, secret_labels.ACCESS, value)
    if body is None:
        return None
    session_id, _, expires_at = body.partition(".")
    return UUID(session_id) if int(expires_at) > now.timestamp() else None


def parse_refresh_token(secrets: Secrets, value: str) -> tuple[UUID, int] | None:
    """Return (session, generation) of a refresh token, None if we did not make the token."""
    body = _verified_body(secrets, secret_labels.REFRESH, value)
    if body is None:
        return None
    session_id, _, generation = body.partition(".")
    return UUID(session_id), int(generation)


def device_token(secrets: Secrets, device: str | None) -> str | None:
    """Return the keyed hash that we store of the random text on an app's device."""
    return secrets.token(secret_labels.DEVICE, device) if device else None


def _sign(secrets: Secrets, purpose: str, body: str) -> str:
    return f"{body}.{secrets.token(purpose, body)}"


def _verified_body(secrets: Secrets, purpose: str, value: str) -> str | None:
    body, _, signature = value.rpartition(".")
    expected = secrets.token(purpose, body)
    return body if body and compare_digest(signature.encode(), expected.encode()) else None
