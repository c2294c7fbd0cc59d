"""One effect per (caller, route, key): the response of a successful request is stored for 24 hours."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.errors import IdempotencyKeyReused, RequestInProgress
from app.core.model import Base

RETENTION = timedelta(hours=24)


class IdempotencyKey(Base):
    __tablename__ = "idempotency_keys"

    caller: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    body: Mapped[bytes]
    """The bytes of the response, encrypted: they may hold a token or a code."""
    created_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class RequestKey:
    caller: str
    """The client, device or token that sends it. Equal keys of different callers are different keys."""
    route: str
    """Method and path, so one key on two orders is two keys."""
    value: str
    request_hash: bytes

    @property
    def lock(self) -> int:
        """64 bits for the advisory lock. If two keys collide, one request only has to be repeated."""
        name = "\0".join((self.caller, self.route, self.value)).encode()
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big", signed=True)


def begin(session: Session, key: RequestKey) -> bytes | None:
    """Lock the key until the transaction ends; return the stored (encrypted) response if there is one.

    Raises RequestInProgress while another request with the key runs, IdempotencyKeyReused if the key came before
    with another body.
    """
    connection = session.connection()
    if not connection.scalar(_LOCK, {"lock": key.lock}):
        raise RequestInProgress(
            "This request is already running. Send it again with the same key in a second."
        )
    row = connection.execute(
        _LOOKUP, {"caller": key.caller, "route": key.route, "key": key.value}
    ).first()
    if row is None:
        return None
    if row.request_hash != key.request_hash:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was used with another body. Send a new key for a new request."
        )
    return bytes(row.body)


def store(session: Session, key: RequestKey, body: bytes, now: datetime) -> None:
    session.connection().execute(
        _STORE,
        {
            "caller": key.caller, "route": key.route, "key": key.value,
            "request_hash": key.request_hash, "body": body, "created_at": now,
        },
    )  # fmt: skip


def purge(session: Session, now: datetime) -> int:
    """Delete responses older than 24 hours; return how many."""
    deleted = session.connection().execute(
        delete(IdempotencyKey).where(IdempotencyKey.created_at < now - RETENTION)
    )
    return deleted.rowcount


_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
_LOOKUP = select(IdempotencyKey.request_hash, IdempotencyKey.body).where(
    IdempotencyKey.caller == bindparam("caller"),
    IdempotencyKey.route == bindparam("route"),
    IdempotencyKey.key == bindparam("key"),
)
_STORE = insert(IdempotencyKey)
