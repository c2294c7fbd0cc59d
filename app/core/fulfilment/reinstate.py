"""Reinstates an expired order whose goods are still there."""

from dataclasses import dataclass
from uuid import UUID

from app.core.catalogue.models import Location
from app.core.errors import Conflict
from app.core.fulfilment.open_lines import OpenLine, lock_lines
from app.core.inventory import reservations, stock
from app.core.inventory.stock import WantedStock
from app.core.orders import locking, notify, pickup
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment
from app.core.payments.apply_provider_state import has_live_attempt
from app.core.pricing.promotions import redemptions
from app.core.tasks import tasks
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Reinstate:
    fulfilment_id: UUID
    location_id: UUID


def reinstate(tx: Transaction, command: Reinstate) -> str:
    """Reinstate an expired order for a shopper who came late; return the order's number.

    Goods that were ready are ready again, whether they still stand on the pick-up shelf or staff fetch them back.
    Goods that were never picked are to be picked. The order keeps its price, even if other orders used up its
    promotions since. Raises NotFound, Conflict (invalid_state, out_of_stock, payment_in_progress).
    """
    open_order = locking.load_by_fulfilment(tx, command.fulfilment_id, command.location_id)
    order, fulfilment = open_order.order, open_order.fulfilment(command.fulfilment_id)
    if has_live_attempt(tx.session, order.id, "void"):
        raise Conflict(
            f"The money of order {order.number} is being released: try again in a minute.",
            code="payment_in_progress",
        )
    was_ready = fulfilment.ready_at is not None
    status = "ready" if was_ready else "placed"
    event_id = open_order.move_to(status, [fulfilment], reinstated=True)
    location = tx.session.get_one(Location, fulfilment.location_id)
    if was_ready:
        fulfilment.collect_by, fulfilment.remind_at = pickup.collection_times(location, tx.now)
    else:
        fulfilment.promised_at, fulfilment.collect_by = pickup.promise(location, tx.now)
        tasks.open_task(
            tx, "pick", order.id, fulfilment.id, location.id, due_at=fulfilment.promised_at
        )
    _reserve_again(open_order, fulfilment, was_ready)
    redemptions.redeem_again(tx.session, order.id)
    fulfilment.restocked_at = None
    order.assisted_channel, order.assisted_by = tx.actor.sales_channel, tx.actor.id
    tasks.finish(tx, fulfilment.id, "restock")
    notify.notify_customer(tx, order.id, event_id, "reinstated")
    return order.number


def _reserve_again(open_order: OpenOrder, fulfilment: Fulfilment, picked: bool) -> None:
    """Reserve the units that were released since, in one statement. Raises Conflict (out_of_stock)."""
    lacking = [
        one for one in lock_lines(open_order, fulfilment).values() if one.remaining > one.reserved
    ]
    if not lacking:
        return
    wanted = [
        WantedStock(fulfilment.location_id, one.line.variant_id, one.remaining - one.reserved)
        for one in lacking
    ]
    if not stock.reserve(open_order.tx.session, wanted):
        raise Conflict(
            f"The goods of order {open_order.order.number} are no longer here: offer the shopper a new order.",
            code="out_of_stock",
        )
    for one, place in zip(lacking, wanted, strict=True):
        _reserve_line(open_order, fulfilment, one, place, picked)


def _reserve_line(
    open_order: OpenOrder, fulfilment: Fulfilment, one: OpenLine, place: WantedStock, picked: bool
) -> None:
    picked_units = place.quantity if picked else 0
    if one.reservation is not None:
        one.reservation.quantity += place.quantity
        one.reservation.picked += picked_units
        return
    expires_at = None if picked else fulfilment.collect_by
    reservations.add(
        open_order.tx,
        open_order.order.id,
        one.line.id,
        place,
        picked=picked_units,
        expires_at=expires_at,
    )
