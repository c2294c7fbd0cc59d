"""PINs of staff: created by us, shown once, stored as argon2id, verified with few attempts.

Attempts belong to a device. So a caller without a paired device uses up no attempts of staff, and a person
who plays with one till locks no staff out at another. A correct PIN restores the attempts at its own number, never
those of the whole device: otherwise a cashier could guess a manager's PIN between two sign-ins of their own.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.core import rate_limits
from app.core.access.events import STAFF_PIN_REFUSED
from app.core.access.staff.models import StaffMember, StoreRole
from app.core.errors import DomainError, InvalidPin, TooManyAttempts
from app.core.transaction import Transaction

LENGTH = 6
WINDOW = timedelta(minutes=15)
ATTEMPTS = 5
"""For one number at one device in a window."""
ATTEMPTS_AT_DEVICE = 60
"""For all numbers together. A busy till has so many sign-ins and approvals."""


@dataclass(frozen=True)
class VerifiedStaff:
    id: UUID
    name: str
    role: str
    """In the device's store."""


def new_pin() -> str:
    """Return six random digits. PINs that people choose themselves are guessed first."""
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}}"


def verify(tx: Transaction, number: str, pin: str) -> VerifiedStaff | DomainError:
    """Return the member of staff, or the refusal, which the caller must return so that the attempt counts.

    1. Consume an attempt of the device and one of the number there. Both rows are locked until the end, in this
       order.
    2. Check the PIN. An unknown number takes as long as a wrong PIN and is refused in the same words.
    """
    if not _consume_attempts(tx, number):
        return TooManyAttempts(
            "Too many wrong PINs: wait 15 minutes, or sign in at another till.",
            retry_after=int(WINDOW.total_seconds()),
        )
    # The row is locked against a change, so a new PIN also ends a sign-in that the old one is just opening.
    row = tx.session.execute(
        select(StaffMember.id, StaffMember.name, StaffMember.pin_hash, StoreRole.role)
        .join(StoreRole, StoreRole.staff_id == StaffMember.id)
        .where(
            StaffMember.number == number,
            StaffMember.deactivated_at.is_(None),
            StoreRole.location_id == tx.actor.location_id,
        )
        .with_for_update(read=True, of=StaffMember)
    ).first()
    if not tx.ports.passwords.verify(row.pin_hash if row else None, pin) or row is None:
        tx.record(STAFF_PIN_REFUSED, {"staff_id": row.id if row else None})
        return InvalidPin("Number or PIN is wrong: try again.")
    rate_limits.reset(tx.session, "pin", _subject(tx, number))
    return VerifiedStaff(row.id, row.name, row.role)


def _consume_attempts(tx: Transaction, number: str) -> bool:
    device = str(tx.actor.device_id)
    return _consume(tx, "pins of a device", device, ATTEMPTS_AT_DEVICE) and _consume(
        tx, "pin", _subject(tx, number), ATTEMPTS
    )


def _consume(tx: Transaction, purpose: str, subject: str, limit: int) -> bool:
    return rate_limits.consume(tx.session, purpose, subject, limit=limit, window=WINDOW, now=tx.now)


def _subject(tx: Transaction, number: str) -> str:
    return f"{tx.actor.device_id}:{number}"
