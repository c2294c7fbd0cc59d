"""Staff: add and deactivate them, set their roles in stores, renew their PINs."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, select, text

from app.core.access.events import (
    STAFF_ADDED,
    STAFF_DEACTIVATED,
    STAFF_PIN_RENEWED,
    STAFF_ROLE_SET,
)
from app.core.access.keys import validate_name
from app.core.access.permissions import STORE_ROLES
from app.core.access.staff import sessions
from app.core.access.staff.models import StaffMember, StoreRole
from app.core.access.staff.pins import new_pin
from app.core.access.stores import store_id
from app.core.errors import Conflict, Invalid, NotFound
from app.core.ids import new_id
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AddStaff:
    number: str
    """Digits. The number is never given to another person."""
    name: str
    store: str
    """The code of the location of the first role."""
    role: str


@dataclass(frozen=True)
class StaffWithPin:
    id: UUID
    number: str
    pin: str = field(repr=False)
    """Shown this once."""


def add_staff(tx: Transaction, command: AddStaff) -> StaffWithPin:
    """Add a member of staff with a role in a store and a new PIN.

    Raises NotFound (the store), Invalid (the role), Conflict (staff_number_taken).
    """
    location_id, pin, staff_id = store_id(tx.session, command.store), new_pin(), new_id()
    row = {
        "id": staff_id, "number": command.number, "name": validate_name(command.name),
        "pin_hash": tx.ports.passwords.hash(pin), "now": tx.now,
    }  # fmt: skip
    if tx.session.execute(_INSERT, row).first() is None:
        raise Conflict(
            f"The number {command.number} is or was another person's: choose another one.",
            code="staff_number_taken",
        )
    tx.record(STAFF_ADDED, {"staff_id": staff_id}, location_id=location_id)
    _set_role(tx, staff_id, location_id, command.role)
    return StaffWithPin(staff_id, command.number, pin)


@dataclass(frozen=True)
class SetStoreRole:
    number: str
    store: str
    role: str | None
    """None: no longer works in the store."""


def set_store_role(tx: Transaction, command: SetStoreRole) -> str:
    """Set the role of a member of staff in a store, for present sign-ins too; return the number.

    Raises NotFound (the person, the store), Invalid (the role).
    """
    member = _lock(tx, command.number)
    _set_role(tx, member.id, store_id(tx.session, command.store), command.role)
    return member.number


@dataclass(frozen=True)
class RenewPin:
    number: str


def renew_pin(tx: Transaction, command: RenewPin) -> StaffWithPin:
    """Replace a PIN that was forgotten or seen by others, and end the sign-ins by the old one. Raises NotFound."""
    member, pin = _lock(tx, command.number), new_pin()
    member.pin_hash = tx.ports.passwords.hash(pin)
    sessions.end_all(tx, member.id)
    tx.record(STAFF_PIN_RENEWED, {"staff_id": member.id})
    return StaffWithPin(member.id, member.number, pin)


@dataclass(frozen=True)
class DeactivateStaff:
    number: str


def deactivate_staff(tx: Transaction, command: DeactivateStaff) -> str:
    """Deactivate a member of staff, from the next request on at every device; return the number.

    Raises NotFound.
    """
    member = _lock(tx, command.number)
    member.deactivated_at = tx.now
    sessions.end_all(tx, member.id)
    tx.record(STAFF_DEACTIVATED, {"staff_id": member.id})
    return member.number


def _lock(tx: Transaction, number: str) -> StaffMember:
    """Return the active member of staff with this number, locked. Raises NotFound."""
    member = tx.session.scalar(
        select(StaffMember)
        .where(StaffMember.number == number, StaffMember.deactivated_at.is_(None))
        .with_for_update(key_share=True)
    )
    if member is None:
        raise NotFound(f"No active staff have the number {number}: look for it in the list.")
    return member


def _set_role(tx: Transaction, staff_id: UUID, location_id: UUID, role: str | None) -> None:
    """Give a role in a store, or take it away; the same role again changes nothing. Raises Invalid.

    The caller has locked or just created the member, so the event names the role that was there before.
    """
    if role is not None and role not in STORE_ROLES:
        raise Invalid(f"A role is one of: {', '.join(STORE_ROLES)}.", role=role)
    key = (StoreRole.staff_id == staff_id, StoreRole.location_id == location_id)
    before = tx.session.scalar(select(StoreRole.role).where(*key))
    if before == role:
        return
    event_id = tx.record(
        STAFF_ROLE_SET,
        {"staff_id": staff_id, "before": before, "after": role},
        location_id=location_id,
    )
    if role is None:
        tx.session.execute(delete(StoreRole).where(*key))
    else:
        row = {"id": new_id(), "staff_id": staff_id, "location_id": location_id, "role": role}
        tx.session.execute(_GIVE_ROLE, row | {"event_id": event_id})


_INSERT = text("""
    INSERT INTO staff (id, number, name, pin_hash, created_at) VALUES (:id, :number, :name, :pin_hash, :now)
    ON CONFLICT (number) DO NOTHING RETURNING id
""")
_GIVE_ROLE = text("""
    INSERT INTO staff_roles (id, staff_id, location_id, role, event_id)
    VALUES (:id, :staff_id, :location_id, :role, :event_id)
    ON CONFLICT (staff_id, location_id) DO UPDATE SET role = excluded.role, event_id = excluded.event_id
""")
