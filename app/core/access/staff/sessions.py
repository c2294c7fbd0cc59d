"""Sign-ins of staff at devices."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from app.core.access.events import STAFF_SIGNED_IN, STAFF_SIGNED_OUT
from app.core.access.keys import key_hash, new_key
from app.core.access.staff import pins
from app.core.access.staff.models import StaffSession
from app.core.errors import DomainError
from app.core.transaction import CommittedRefusal, Transaction

SESSION_LIFETIME = timedelta(hours=4)
"""Half a shift. The till itself locks its screen when it is not used."""


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
    """Gives the permissions of the role, at this device only."""


def sign_in_staff(
    tx: Transaction, command: SignInStaff
) -> StaffSignedIn | CommittedRefusal[StaffSignedIn]:
    """Sign a member of the store's staff in at the calling device. Returns the refusal of a wrong PIN."""
    member = pins.verify(tx, command.number, command.pin)
    if isinstance(member, DomainError):
        return CommittedRefusal(member)
    token, expires_at = new_key(), tx.now + SESSION_LIFETIME
    tx.insert(
        StaffSession,
        staff_id=member.id, device_id=tx.actor.device_id, token_hash=key_hash(token),
        created_at=tx.now, expires_at=expires_at,
    )  # fmt: skip
    tx.actor = replace(tx.actor, id=member.id, role=member.role)
    tx.record(STAFF_SIGNED_IN, {"staff_id": member.id})
    return StaffSignedIn(member.name, member.role, expires_at, token)


@dataclass(frozen=True)
class SignOutStaff:
    token: str = field(repr=False)


def sign_out_staff(tx: Transaction, command: SignOutStaff) -> None:
    """End the sign-in of a token at the calling device. Repeating it, or an unknown token, changes nothing."""
    staff_id = tx.session.execute(
        update(StaffSession)
        .where(
            StaffSession.token_hash == key_hash(command.token),
            StaffSession.device_id == tx.actor.device_id,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=tx.now)
        .returning(StaffSession.staff_id)
    ).scalar()
    if staff_id is not None:
        tx.record(STAFF_SIGNED_OUT, {"staff_id": staff_id})


def end_all(tx: Transaction, staff_id: UUID) -> None:
    """End the sign-ins of a member of staff at all devices."""
    tx.session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=tx.now)
    )
