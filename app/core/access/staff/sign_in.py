from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.core.access.events import STAFF_SIGNED_IN
from app.core.access.keys import key_hash, new_key
from app.core.access.staff import pin_check
from app.core.errors import DomainError
from app.core.transaction import CommittedRefusal, Transaction

SESSION_LIFETIME = timedelta(hours=4)
"""Half a shift. The till locks its own screen when nobody touches it."""


@dataclass(frozen=True)
class SignInStaff:
    number: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class StaffSignedIn:
    name: str
    role: str
    expires_at: datetime
    token: str = field(repr=False)
    """Opens what the role may, at this device only."""


def sign_in_staff(
    tx: Transaction, command: SignInStaff
) -> StaffSignedIn | CommittedRefusal[StaffSignedIn]:
    """Somebody of the store begins to work at the device that asks. Returns the refusal of a wrong PIN."""
    known = pin_check.check(tx, command.number, command.pin)
    if isinstance(known, DomainError):
        return CommittedRefusal(known)
    token, expires_at = new_key(), tx.now + SESSION_LIFETIME
    tx.insert(
        "staff_sessions",
        staff_id=known.id, device_id=tx.actor.device_id, token_hash=key_hash(token),
        created_at=tx.now, expires_at=expires_at,
    )  # fmt: skip
    tx.actor = replace(tx.actor, id=known.id, role=known.role)
    tx.record(STAFF_SIGNED_IN, {"staff_id": known.id})
    return StaffSignedIn(known.name, known.role, expires_at, token)
