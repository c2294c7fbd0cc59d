from dataclasses import dataclass
from uuid import UUID

from app.core.catalogue.models import Location
from app.core.errors import Conflict
from app.core.inventory import reservations, stock
from app.core.inventory.models import Reservation
from app.core.inventory.stock import WantedStock
from app.core.orders import locking, notify, pickup
from app.core.orders.models import Fulfilment, Line, Order
from app.core.orders.transitions import move_to
from app.core.payments.apply_provider_state import has_live_attempt
from app.core.pricing.promotions import redemptions
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Reinstate:
    fulfilment_id: UUID
    location_id: UUID


def reinstate(tx: Transaction, command: Reinstate) -> str:
    """She came after all: an expired order lives again, if its goods are still there. The order's number.

    Goods that had been ready are ready again, whether they still stand on the pick-up shelf or staff fetch
    them back; goods never picked are to be picked. It keeps its price, even where the promotions that made it have
    been used up by others since. Raises NotFound, Conflict (invalid_state, out_of_stock, payment_in_progress).
    """
    order, fulfilment = locking.by_fulfilment(
        tx.session, command.fulfilment_id, command.location_id
    )
    if has_live_attempt(tx.session, order.id, "void"):
        raise Conflict(
            f"The money of order {order.number} is just being released: try again in a minute.",
            code="payment_in_progress",
        )
    was_ready = fulfilment.ready_at is not None
    event_id = move_to(tx, order, fulfilment, "ready" if was_ready else "placed", reinstated=True)
    location = tx.session.get_one(Location, fulfilment.location_id)
    if was_ready:
        fulfilment.collect_by, fulfilment.remind_at = pickup.keep_from(location, tx.now)
    else:
        fulfilment.promised_at, fulfilment.collect_by = pickup.promise(location, tx.now)
        tasks.open_task(
            tx, "pick", order.id, fulfilment.id, location.id, due_at=fulfilment.promised_at
        )
    _promise_again(tx, order, fulfilment, was_ready)
    redemptions.redeem_again(tx.session, order.id)
    fulfilment.restocked_at = None
    order.assisted_channel, order.assisted_by = tx.actor.sales_channel, tx.actor.id
    tasks.finish(tx, fulfilment.id, "restock")
    notify.notify_customer(tx, order.id, event_id, "reinstated")
    return order.number


def _promise_again(tx: Transaction, order: Order, fulfilment: Fulfilment, picked: bool) -> None:
    """Reserve again what was given back since, in one statement, or raise out_of_stock."""
    held = {row.line_id: row for row in reservations.lock(tx.session, order.id)}
    lacking = [
        (line, units)
        for line in locking.lines_of(tx.session, fulfilment)
        if (
            units := line.quantity
            - line.cancelled
            - (held[line.id].quantity if line.id in held else 0)
        )
    ]
    if not lacking:
        return
    wanted = [
        WantedStock(fulfilment.location_id, line.variant_id, units) for line, units in lacking
    ]
    if not stock.reserve(tx.session, wanted):
        raise Conflict(
            f"The goods of order {order.number} are no longer here: offer the shopper a new order.",
            code="out_of_stock",
        )
    for line, units in lacking:
        _reserve_line(tx, order, fulfilment, line, held.get(line.id), units, picked)


def _reserve_line(
    tx: Transaction,
    order: Order,
    fulfilment: Fulfilment,
    line: Line,
    reservation: Reservation | None,
    units: int,
    picked: bool,
) -> None:
    if reservation is not None:
        reservation.quantity += units
        reservation.picked += units if picked else 0
        return
    place = WantedStock(fulfilment.location_id, line.variant_id, units)
    expires_at = None if picked else fulfilment.collect_by
    already = units if picked else 0
    reservations.add(tx, order.id, line.id, place, picked=already, expires_at=expires_at)
