"""Marks a fulfilment as ready to collect."""

from dataclasses import dataclass
from uuid import UUID

from app.core.catalogue.models import Location
from app.core.errors import Conflict
from app.core.fulfilment.open_lines import lock_lines, open_units
from app.core.inventory import shortfalls
from app.core.orders import locking, notify, pickup
from app.core.payment_processing.expiring_authorisations import capture_before_expiry
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class MarkReady:
    fulfilment_id: UUID
    location_id: UUID


def mark_ready(tx: Transaction, command: MarkReady) -> str:
    """Mark the goods as ready when everything is picked or missing, and notify the customer; return the order's
    number.

    The time to collect begins again. A card whose authorisation would end before is captured now. Raises NotFound,
    Conflict (invalid_state, not_picked).
    """
    open_order = locking.load_by_fulfilment(tx, command.fulfilment_id, command.location_id)
    order, fulfilment = open_order.order, open_order.fulfilment(command.fulfilment_id)
    open_order.must_be(("placed", "picking"), " and cannot be made ready.")
    left = open_units(lock_lines(open_order, fulfilment).values())
    if left:
        raise Conflict(
            f"Not everything is picked yet: pick the rest of order {order.number} or mark it as short.",
            code="not_picked",
            left=dict(left),
        )
    event_id = open_order.move_to("ready", [fulfilment])
    location = tx.session.get_one(Location, fulfilment.location_id)
    fulfilment.ready_at = tx.now
    fulfilment.collect_by, fulfilment.remind_at = pickup.collection_times(location, tx.now)
    shortfalls.close_for_order(tx.session, order.id, tx.now)
    tasks.finish(tx, fulfilment.id, "pick")
    tasks.finish_shortfalls(tx, order.id)
    if fulfilment.arrived_at is not None:
        tasks.open_task(
            tx, "hand_over", order.id, fulfilment.id, fulfilment.location_id, due_at=tx.now
        )
    capture_before_expiry(open_order)
    notify.notify_customer(tx, order.id, event_id, "ready")
    return order.number
