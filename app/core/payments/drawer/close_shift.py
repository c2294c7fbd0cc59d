"""A cashier counts the drawer and goes home."""

from dataclasses import dataclass
from uuid import UUID

from app.core.payments.drawer import drawer
from app.core.payments.events import SHIFT_CLOSED
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CloseShift:
    counted: int
    """What is in the drawer, minor units."""


def close_shift(tx: Transaction, command: CloseShift) -> UUID:
    """End the shift; its id. What should have been there is kept beside what was counted. Raises Conflict
    (shift_not_open).

    Its row is locked against whoever just takes cash: that is in this shift or in the next, never in none.
    """
    shift = drawer.open_here(tx)
    shift.expected = drawer.expected(tx.session, shift.id)
    shift.counted, shift.closed_at, shift.closed_by = command.counted, tx.now, tx.actor.id
    told = {"shift_id": str(shift.id), "expected": shift.expected, "counted": command.counted}
    tx.record(SHIFT_CLOSED, told)
    return shift.id
