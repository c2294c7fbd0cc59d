"""How often something may be tried: guesses at a password, a code, a PIN.

A budget is a row that a conditional UPDATE counts up, so that of any number of guesses at once no more are judged
than it has. It is spent before the guess is judged, and committed whatever the guess was.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.model import Base


class Budget(Base):
    """What was spent since the first try; from `renews_at` on it begins anew."""

    __tablename__ = "budgets"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True, index=True)
    """Whose tries: an id of ours, or `Secrets.token` of an address, never the address."""
    used: Mapped[int]
    renews_at: Mapped[datetime] = mapped_column(index=True)


def spend(
    session: Session, purpose: str, subject: str, *, limit: int, per: timedelta, now: datetime
) -> bool:
    """Take one try; False where none is left. Locks the budget until the transaction ends."""
    tries = {
        "purpose": purpose, "subject": subject, "limit": limit, "now": now, "renews_at": now + per,
    }  # fmt: skip
    return session.execute(_SPEND, tries).first() is not None


def renew(session: Session, purpose: str, subject: str) -> None:
    """Give all tries back, as after a right password."""
    session.execute(_RENEW, {"purpose": purpose, "subject": subject})


_SPEND = text("""
    INSERT INTO budgets AS known (purpose, subject, used, renews_at) VALUES (:purpose, :subject, 1, :renews_at)
    ON CONFLICT (purpose, subject) DO UPDATE SET
        used = CASE WHEN known.renews_at <= :now THEN 1 ELSE known.used + 1 END,
        renews_at = CASE WHEN known.renews_at <= :now THEN excluded.renews_at ELSE known.renews_at END
    WHERE known.renews_at <= :now OR known.used < :limit
    RETURNING used
""")
_RENEW = text("DELETE FROM budgets WHERE purpose = :purpose AND subject = :subject")
