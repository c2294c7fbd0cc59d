"""One effect per (caller, route, key): the stored answer of what succeeded, kept 24 hours."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.errors import IdempotencyKeyReused, RequestInProgress
from app.core.model import Base

KEPT = timedelta(hours=24)


class StoredAnswer(Base):
    __tablename__ = "stored_answers"

    caller: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    body: Mapped[bytes]
    """The answer's bytes, encrypted: they may hold a token or a code."""
    created_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Key:
    caller: str
    """Who sends it: the client, device or token; keys of different callers never meet."""
    route: str
    """Method and path, so that one key on two orders is two keys."""
    value: str
    request_hash: bytes

    @property
    def lock(self) -> int:
        """64 bits for the advisory lock; a collision only makes a stranger's twin repeat its request."""
        name = "\0".join((self.caller, self.route, self.value)).encode()
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big", signed=True)


def begin(session: Session, key: Key) -> bytes | None:
    """Take the key for this transaction; the stored (encrypted) answer if there is one.

    Raises RequestInProgress while a twin runs, IdempotencyKeyReused when the key came before with another body.
    """
    connection = session.connection()
    taken = connection.scalar(_LOCK, {"lock": key.lock})
    if not taken:
        raise RequestInProgress(
            "This request is already running: send it again with the same key in a second."
        )
    row = connection.execute(
        _LOOKUP, {"caller": key.caller, "route": key.route, "key": key.value}
    ).first()
    if row is None:
        return None
    if row.request_hash != key.request_hash:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was used with another body: send a new key for a new request."
        )
    return bytes(row.body)


def store(session: Session, key: Key, body: bytes, now: datetime) -> None:
    session.connection().execute(
        _STORE,
        {
            "caller": key.caller, "route": key.route, "key": key.value,
            "request_hash": key.request_hash, "body": body, "created_at": now,
        },
    )  # fmt: skip


def forget_old(session: Session, now: datetime) -> int:
    """Delete the answers older than 24 hours; how many."""
    gone = session.connection().execute(
        delete(StoredAnswer).where(StoredAnswer.created_at < now - KEPT)
    )
    return gone.rowcount


_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
_LOOKUP = select(StoredAnswer.request_hash, StoredAnswer.body).where(
    StoredAnswer.caller == bindparam("caller"),
    StoredAnswer.route == bindparam("route"),
    StoredAnswer.key == bindparam("key"),
)
_STORE = insert(StoredAnswer)
