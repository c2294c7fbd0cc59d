from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.core.errors import Conflict, Invalid
from app.core.fulfilment.events import ORDER_RESTOCKED
from app.core.inventory import reservations
from app.core.orders import locking
from app.core.orders.transitions import must_be
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Restock:
    fulfilment_id: UUID
    location_id: UUID
    lines: Mapping[str, int] | None
    """SKU to the units scanned back to the shelf; None for all that was picked."""


def restock(tx: Transaction, command: Restock) -> str:
    """Goods of an order that ended go back to the shelf: only now are they free again. The order's number.

    Raises NotFound, Invalid (not among the picked), Conflict (invalid_state, nothing_to_restock).
    """
    order, fulfilment = locking.by_fulfilment(
        tx.session, command.fulfilment_id, command.location_id
    )
    must_be(order, ("expired", "cancelled"), ": its goods stay where they are.")
    skus = {line.id: line.sku for line in locking.lines_of(tx.session, fulfilment)}
    held = {skus[row.line_id]: row for row in reservations.lock(tx.session, order.id)}
    if not held:
        raise Conflict(
            f"Everything of order {order.number} is back on the shelf already.",
            code="nothing_to_restock",
        )
    picked = {sku: row.quantity for sku, row in held.items()}
    lines = picked if command.lines is None else command.lines
    wrong = {
        sku: units for sku, units in lines.items() if sku not in held or units > held[sku].quantity
    }
    if wrong:
        raise Invalid(
            f"These are not waiting to be put back for order {order.number}: scan them again.",
            wrong=wrong,
        )
    for sku, units in lines.items():
        held[sku].picked -= units
    reservations.release(tx.session, [(held[sku], units) for sku, units in lines.items()])
    tx.record(
        ORDER_RESTOCKED,
        {"lines": dict(lines)},
        order_id=order.id,
        location_id=fulfilment.location_id,
    )
    if all(row.status == "released" for row in held.values()):
        fulfilment.restocked_at = tx.now
        tasks.finish(tx, fulfilment.id, "restock")
    return order.number
