"""The shopper is at the store."""

from dataclasses import dataclass

from app.core.fulfilment.events import ORDER_ARRIVED
from app.core.orders import locking
from app.core.orders.statuses import AWAITING_COLLECTION, FULFILMENT_AWAITING_COLLECTION
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Arrive:
    number: str


def arrive(tx: Transaction, command: Arrive) -> str:
    """Record that the shopper has arrived, so that the order moves to the top of the store's tasks.

    A repeated call changes nothing. Return the order's number. Raises NotFound, Conflict (invalid_state) if no
    goods wait for the shopper.
    """
    open_order = locking.load_by_number(tx, command.number)
    open_order.must_be(AWAITING_COLLECTION, ": there is nothing to collect.")
    for one in open_order.fulfilments:
        if one.arrived_at is not None or one.status not in FULFILMENT_AWAITING_COLLECTION:
            continue
        one.arrived_at = tx.now
        open_order.record(ORDER_ARRIVED, {}, one.location_id)
        if one.status == "ready":
            tasks.open_task(
                tx, "hand_over", open_order.order.id, one.id, one.location_id, due_at=tx.now
            )
    return open_order.order.number
