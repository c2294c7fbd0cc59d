from dataclasses import dataclass

from app.core.fulfilment.release_order import release_order
from app.core.orders import locking, notify
from app.core.orders.transitions import move_to
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CancelOrder:
    number: str


def cancel(tx: Transaction, command: CancelOrder) -> str:
    """Cancel an order that was not collected; its number. Raises NotFound, Conflict (invalid_state)."""
    order, fulfilment = locking.by_number(tx.session, command.number)
    event_id = move_to(tx, order, fulfilment, "cancelled", amount=order.total - order.cancelled)
    for line in locking.lines_of(tx.session, fulfilment):
        line.cancelled = line.quantity
    order.cancelled = order.total
    release_order(tx, order, fulfilment)
    notify.notify_customer(tx, order.id, event_id, "cancelled")
    return order.number
