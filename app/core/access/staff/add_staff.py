from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from app.core.access.events import STAFF_ADDED
from app.core.access.keys import validate_name
from app.core.access.staff import roles
from app.core.access.staff.pins import new_pin
from app.core.access.stores import store_id
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AddStaff:
    number: str
    """Digits; hers for good."""
    name: str
    store: str
    """The code of the location where she begins."""
    role: str


@dataclass(frozen=True)
class StaffWithPin:
    id: UUID
    number: str
    pin: str = field(repr=False)
    """Told this once."""


def add_staff(tx: Transaction, command: AddStaff) -> StaffWithPin:
    """Somebody new in a store. Raises NotFound (the store), Invalid (the role), Conflict (staff_number_taken)."""
    location_id, pin, staff_id = store_id(tx.session, command.store), new_pin(), new_id()
    row = {
        "id": staff_id, "number": command.number, "name": validate_name(command.name),
        "pin_hash": tx.ports.passwords.hash(pin), "now": tx.now,
    }  # fmt: skip
    if tx.session.execute(_INSERT, row).first() is None:
        raise Conflict(
            f"The number {command.number} is or was somebody's: choose another one.",
            code="staff_number_taken",
        )
    tx.record(STAFF_ADDED, {"staff_id": staff_id}, location_id=location_id)
    roles.change(tx, staff_id, location_id, command.role)
    return StaffWithPin(staff_id, command.number, pin)


_INSERT = text("""
    INSERT INTO staff (id, number, name, pin_hash, created_at) VALUES (:id, :number, :name, :pin_hash, :now)
    ON CONFLICT (number) DO NOTHING RETURNING id
""")
