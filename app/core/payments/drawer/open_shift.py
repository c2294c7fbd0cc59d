"""A cashier begins with so much in the drawer."""

from dataclasses import dataclass
from uuid import UUID

from app.core.errors import Conflict
from app.core.payments.drawer import drawer
from app.core.transaction import Transaction


@dataclass(frozen=True)
class OpenShift:
    opening_float: int
    """Minor units."""
    currency: str


def open_shift(tx: Transaction, command: OpenShift) -> UUID:
    """Its id. Raises Conflict (shift_already_open) where the last one was not closed."""
    device_id, location_id = drawer.current_shift(tx)
    if drawer.open_at(tx, device_id) is not None:
        raise Conflict(
            "The last shift is still open: count the drawer and close it.", "shift_already_open"
        )
    return drawer.open_one(tx, device_id, location_id, command.currency, command.opening_float)
