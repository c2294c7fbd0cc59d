"""Returns picked units of an ended order to the shelf."""

from dataclasses import dataclass
from uuid import UUID

from app.core.errors import Conflict, Invalid
from app.core.fulfilment.events import ORDER_RESTOCKED
from app.core.fulfilment.open_lines import lock_lines, picked_units
from app.core.inventory import reservations
from app.core.orders import locking
from app.core.orders.statuses import ENDED_WITHOUT_SALE
from app.core.quantities import Quantities
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Restock:
    fulfilment_id: UUID
    location_id: UUID
    lines: Quantities | None
    """The units that were scanned back to the shelf; None for all that were picked."""


def restock(tx: Transaction, command: Restock) -> str:
    """Return units of an ended order to the shelf: only now are they available again. Return the order's number.

    Raises NotFound, Invalid (units that were not picked), Conflict (invalid_state, nothing_to_restock).
    """
    open_order = locking.load_by_fulfilment(tx, command.fulfilment_id, command.location_id)
    order, fulfilment = open_order.order, open_order.fulfilment(command.fulfilment_id)
    open_order.must_be(ENDED_WITHOUT_SALE, ": its goods stay where they are.")
    lines = lock_lines(open_order, fulfilment)
    picked = picked_units(lines.values())
    if not picked:
        raise Conflict(
            f"Everything of order {order.number} is back on the shelf already.",
            code="nothing_to_restock",
        )
    returned = picked if command.lines is None else command.lines
    if beyond := returned - picked:
        raise Invalid(
            f"These units of order {order.number} are not waiting to be restocked: scan them again.",
            wrong={sku: returned[sku] for sku in beyond},
        )
    rows = {sku: one.reservation for sku, one in lines.items() if one.reservation is not None}
    for sku, units in returned.items():
        rows[sku].picked -= units
    reservations.release(tx.session, [(rows[sku], units) for sku, units in returned.items()])
    open_order.record(ORDER_RESTOCKED, {"lines": dict(returned)}, fulfilment.location_id)
    if returned == picked:
        fulfilment.restocked_at = tx.now
        tasks.finish(tx, fulfilment.id, "restock")
    return order.number
