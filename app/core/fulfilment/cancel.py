"""Cancels an order."""

from dataclasses import dataclass

from app.core.fulfilment.release_order import release_order
from app.core.orders import locking, notify
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CancelOrder:
    number: str


def cancel(tx: Transaction, command: CancelOrder) -> str:
    """Cancel an order that was not collected; return its number. Raises NotFound, Conflict (invalid_state)."""
    open_order = locking.load_by_number(tx, command.number)
    order = open_order.order
    event_id = open_order.move_to("cancelled", amount=order.total - order.cancelled)
    for line in open_order.lines():
        line.cancelled = line.quantity
    order.cancelled = order.total
    release_order(open_order)
    notify.notify_customer(tx, order.id, event_id, "cancelled")
    return order.number
