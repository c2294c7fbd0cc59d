from dataclasses import dataclass

from app.core.access.events import STAFF_PIN_RENEWED
from app.core.access.staff import locking, sessions
from app.core.access.staff.add_staff import StaffWithPin
from app.core.access.staff.pins import new_pin
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RenewPin:
    number: str


def renew_pin(tx: Transaction, command: RenewPin) -> StaffWithPin:
    """A new PIN for who forgot hers, or whose somebody saw: sign-ins by the old one end. Raises NotFound."""
    member, pin = locking.locked(tx, command.number), new_pin()
    member.pin_hash = tx.ports.passwords.hash(pin)
    sessions.end_all(tx, member.id)
    tx.record(STAFF_PIN_RENEWED, {"staff_id": member.id})
    return StaffWithPin(member.id, member.number, pin)
