from dataclasses import dataclass

from app.core.access.events import STAFF_DEACTIVATED
from app.core.access.staff import locking, sessions
from app.core.transaction import Transaction


@dataclass(frozen=True)
class DeactivateStaff:
    number: str


def deactivate_staff(tx: Transaction, command: DeactivateStaff) -> str:
    """Somebody left: she is out at every device with her next request; her number. Raises NotFound."""
    member = locking.locked(tx, command.number)
    member.deactivated_at = tx.now
    sessions.end_all(tx, member.id)
    tx.record(STAFF_DEACTIVATED, {"staff_id": member.id})
    return member.number
