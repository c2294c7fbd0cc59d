"""Cash goes into a drawer or comes out of it, and nobody pays with it."""

from dataclasses import dataclass
from uuid import UUID

from app.core.payments.drawer import drawer
from app.core.payments.events import SHIFT_CASH_MOVED
from app.core.transaction import Transaction


@dataclass(frozen=True)
class MoveCash:
    amount: int
    """Minor units put in; negative: taken out. Never 0."""
    reason: str


def move_cash(tx: Transaction, command: MoveCash) -> UUID:
    """Note it; the shift's id. Raises Conflict (shift_not_open)."""
    shift = drawer.open_here(tx)
    told = {"shift_id": str(shift.id), "amount": command.amount}  # what people write is not sealed
    event_id = tx.record(SHIFT_CASH_MOVED, told)
    tx.insert(
        "drawer_entries",
        shift_id=shift.id, amount=command.amount, reason=command.reason, event_id=event_id,
        occurred_at=tx.now,
    )  # fmt: skip
    return shift.id
