"""Checks number and PIN at a device, against small budgets of tries.

Tries belong to a device: who has no paired device spends nobody's, and whoever plays with one till locks nobody
out at the next. A right PIN gives back the tries at its own number, never those of the whole device, or a cashier
could guess her manager's PIN between two sign-ins of her own.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import rate_limits
from app.core.access.events import STAFF_PIN_REFUSED
from app.core.errors import DomainError, InvalidPin, TooManyAttempts
from app.core.transaction import Transaction

WINDOW = timedelta(minutes=15)
ATTEMPTS = 5
"""At one number at one device in a window."""
ATTEMPTS_AT_DEVICE = 60
"""At all numbers together; a busy till has so many sign-ins and approvals."""


@dataclass(frozen=True)
class Known:
    """Who it is, and what she is in the device's store."""

    id: UUID
    name: str
    role: str


def check(tx: Transaction, number: str, pin: str) -> Known | DomainError:
    """Who it is; otherwise the refusal, which the caller must return, so that the try counts.

    1. Take a try of the device and one of the number there: both are locked until the end, in this order.
    2. Judge. An unknown number takes as long as a wrong PIN and is refused in the same words.
    """
    if not _spend(tx, number):
        return TooManyAttempts(
            "Too many wrong PINs: wait 15 minutes, or sign in at another till.",
            retry_after=int(WINDOW.total_seconds()),
        )
    row = tx.session.execute(
        _MEMBER, {"number": number, "location_id": tx.actor.location_id}
    ).first()
    if not tx.ports.passwords.verify(row.pin_hash if row else None, pin) or row is None:
        tx.record(STAFF_PIN_REFUSED, {"staff_id": row.id if row else None})
        return InvalidPin("Number or PIN is wrong: try again.")
    rate_limits.reset(tx.session, "pin", _subject(tx, number))
    return Known(row.id, row.name, row.role)


def _spend(tx: Transaction, number: str) -> bool:
    return _take(tx, "pins of a device", str(tx.actor.device_id), ATTEMPTS_AT_DEVICE) and _take(
        tx, "pin", _subject(tx, number), ATTEMPTS
    )


def _take(tx: Transaction, purpose: str, subject: str, limit: int) -> bool:
    return rate_limits.consume(tx.session, purpose, subject, limit=limit, window=WINDOW, now=tx.now)


def _subject(tx: Transaction, number: str) -> str:
    return f"{tx.actor.device_id}:{number}"


# Her row is locked against a change, so that a new PIN ends what the old one is opening just now.
_MEMBER = text("""
    SELECT s.id, s.name, s.pin_hash, r.role FROM staff s JOIN staff_roles r ON r.staff_id = s.id
    WHERE s.number = :number AND s.ended_at IS NULL AND r.location_id = :location_id FOR SHARE OF s
""")
