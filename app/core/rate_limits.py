"""Rate limits on guesses: at a password, a code, a PIN, a gift card.

A limit is one row per purpose and subject. A conditional UPDATE counts it up, so concurrent guesses never exceed
the limit. The caller consumes an attempt before it checks the guess, and commits the attempt whatever the result.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.model import Base


class RateLimit(Base):
    """The attempts used since the first one; at `resets_at` the count starts again."""

    __tablename__ = "rate_limits"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True, index=True)
    """Whose attempts these are: one of our ids, or `Secrets.token` of an address, never the address itself."""
    used: Mapped[int]
    resets_at: Mapped[datetime] = mapped_column(index=True)


def consume(
    session: Session, purpose: str, subject: str, *, limit: int, window: timedelta, now: datetime
) -> bool:
    """Consume one attempt; return False if none is left. Locks the row until the transaction ends."""
    attempt = {
        "purpose": purpose,
        "subject": subject,
        "limit": limit,
        "now": now,
        "resets_at": now + window,
    }
    return session.execute(_CONSUME, attempt).first() is not None


def reset(session: Session, purpose: str, subject: str) -> None:
    """Restore all attempts, for example after a correct password."""
    session.execute(_RESET, {"purpose": purpose, "subject": subject})


_CONSUME = text("""
    INSERT INTO rate_limits AS current (purpose, subject, used, resets_at)
    VALUES (:purpose, :subject, 1, :resets_at)
    ON CONFLICT (purpose, subject) DO UPDATE SET
        used = CASE WHEN current.resets_at <= :now THEN 1 ELSE current.used + 1 END,
        resets_at = CASE WHEN current.resets_at <= :now THEN excluded.resets_at ELSE current.resets_at END
    WHERE current.resets_at <= :now OR current.used < :limit
    RETURNING used
""")
_RESET = text("DELETE FROM rate_limits WHERE purpose = :purpose AND subject = :subject")
