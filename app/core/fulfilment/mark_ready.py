from dataclasses import dataclass
from uuid import UUID

from app.core.catalogue.models import Location
from app.core.errors import Conflict
from app.core.inventory import reservations, shortfalls
from app.core.orders import locking, notify, pickup
from app.core.orders.transitions import move_to, must_be
from app.core.payment_processing.expiring_authorisations import capture_before_expiry
from app.core.payments import tenders
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class MarkReady:
    fulfilment_id: UUID
    location_id: UUID


def mark_ready(tx: Transaction, command: MarkReady) -> str:
    """Everything is picked or short: the goods wait for the shopper, who is told. The order's number.

    The time to collect begins anew; a card that would not hold as long is charged now. Raises NotFound, Conflict
    (invalid_state, not_picked).
    """
    order, fulfilment = locking.by_fulfilment(
        tx.session, command.fulfilment_id, command.location_id
    )
    must_be(order, ("placed", "picking"), " and cannot be made ready.")
    held = {row.line_id: row for row in reservations.lock(tx.session, order.id)}
    left = {
        line.sku: units
        for line in locking.lines_of(tx.session, fulfilment)
        if (units := locking.open_units(line, held))
    }
    if left:
        raise Conflict(
            f"Not everything is picked yet: pick the rest of order {order.number} or mark it as short.",
            code="not_picked",
            left=left,
        )
    event_id = move_to(tx, order, fulfilment, "ready")
    location = tx.session.get_one(Location, fulfilment.location_id)
    fulfilment.ready_at = tx.now
    fulfilment.collect_by, fulfilment.remind_at = pickup.keep_from(location, tx.now)
    shortfalls.close_for_order(tx.session, order.id, tx.now)
    tasks.finish(tx, fulfilment.id, "pick")
    tasks.finish_shortfalls(tx, order.id)
    if fulfilment.arrived_at is not None:
        tasks.open_task(
            tx, "hand_over", order.id, fulfilment.id, fulfilment.location_id, due_at=tx.now
        )
    capture_before_expiry(tx, order, fulfilment, tenders.of(tx.session, order.id))
    notify.notify_customer(tx, order.id, event_id, "ready")
    return order.number
