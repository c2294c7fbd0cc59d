"""Places an unpaid order once its money is authorised: from then on the store picks it."""

from contextlib import suppress
from typing import Any

from app.core.catalogue.models import Location
from app.core.errors import Conflict
from app.core.inventory import reservations, stock
from app.core.inventory.stock import WantedStock
from app.core.orders import notify, pickup
from app.core.orders.locking import OpenOrder
from app.core.pricing.promotions import redemptions
from app.core.tasks import tasks


def confirm(open_order: OpenOrder) -> None:
    """Place the order with a new promise, open its pick tasks and notify the customer."""
    _place(open_order)
    # All fulfilments at one store were promised at the same moment, so they are kept equally long.
    collect_by = {one.location_id: one.collect_by for one in open_order.fulfilments}
    for row in open_order.lock_reservations():
        row.expires_at = collect_by[row.location_id]


def confirm_again(open_order: OpenOrder) -> bool:
    """Confirm an order that expired before its money came. Return False, and change nothing, if its goods are no
    longer there."""
    tx = open_order.tx
    wanted = [
        (line.id, fulfilment, WantedStock(fulfilment.location_id, line.variant_id, units))
        for line in open_order.lines()
        if (units := line.quantity - line.cancelled)
        for fulfilment in (open_order.fulfilment(line.fulfilment_id),)
    ]
    savepoint = tx.session.begin_nested()
    if not stock.reserve(tx.session, [place for _, _, place in wanted]):
        savepoint.rollback()
        return False
    savepoint.commit()
    _place(open_order, reinstated=True)
    for line_id, fulfilment, place in wanted:
        expires_at = fulfilment.collect_by
        reservations.add(tx, open_order.order.id, line_id, place, expires_at=expires_at)
    redemptions.redeem_again(tx.session, open_order.order.id)
    return True


def _place(open_order: OpenOrder, **payload: Any) -> None:
    tx, order = open_order.tx, open_order.order
    for one in open_order.fulfilments:
        location = tx.session.get_one(Location, one.location_id)
        with suppress(Conflict):  # the store closed for good meanwhile: its staff decide what to do
            one.promised_at, one.collect_by = pickup.promise(location, tx.now)
    event_id = open_order.move_to("placed", **payload)
    order.pay_by = None
    for one in open_order.fulfilments:
        tasks.open_task(tx, "pick", order.id, one.id, one.location_id, due_at=one.promised_at)
    notify.notify_customer(tx, order.id, event_id, "placed")
