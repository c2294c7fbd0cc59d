from dataclasses import dataclass

from app.core.fulfilment.events import ORDER_ARRIVED
from app.core.orders import locking
from app.core.orders.statuses import AWAITING_COLLECTION
from app.core.orders.transitions import must_be
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Arrive:
    number: str


def arrive(tx: Transaction, command: Arrive) -> str:
    """The shopper is at the store: her order's task goes to the top. Saying it again changes nothing.

    Raises NotFound, Conflict (invalid_state) for an order that nobody keeps goods for.
    """
    order, fulfilment = locking.by_number(tx.session, command.number)
    must_be(order, AWAITING_COLLECTION, ": there is nothing to collect.")
    if fulfilment.arrived_at is None:
        fulfilment.arrived_at = tx.now
        tx.record(ORDER_ARRIVED, {}, order_id=order.id, location_id=fulfilment.location_id)
        if order.status == "ready":
            tasks.open_task(
                tx, "hand_over", order.id, fulfilment.id, fulfilment.location_id, due_at=tx.now
            )
    return order.number
