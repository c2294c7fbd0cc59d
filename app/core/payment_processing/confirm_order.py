"""An order whose money is set aside becomes the store's work."""

from contextlib import suppress

from app.core.catalogue.models import Location
from app.core.errors import Conflict
from app.core.inventory import reservations, stock
from app.core.inventory.stock import WantedStock
from app.core.orders import locking, notify, pickup
from app.core.orders.models import Fulfilment, Order
from app.core.orders.transitions import move_to
from app.core.pricing.promotions import redemptions
from app.core.tasks import tasks
from app.core.transaction import Transaction


def confirm(tx: Transaction, order: Order, fulfilment: Fulfilment) -> None:
    """Open it for picking, its times promised anew, and tell the shopper."""
    _open(tx, order, fulfilment)
    for row in reservations.lock(tx.session, order.id):
        row.expires_at = fulfilment.collect_by


def confirm_again(tx: Transaction, order: Order, fulfilment: Fulfilment) -> bool:
    """The same for one whose goods were given back before its money came: False where they are gone by now, and
    then nothing was changed."""
    wanted = [
        (line.id, WantedStock(fulfilment.location_id, line.variant_id, units))
        for line in locking.lines_of(tx.session, fulfilment)
        if (units := line.quantity - line.cancelled)
    ]
    part = tx.session.begin_nested()
    if not stock.reserve(tx.session, [place for _, place in wanted]):
        part.rollback()
        return False
    part.commit()
    _open(tx, order, fulfilment, reinstated=True)
    for line_id, place in wanted:
        reservations.add(tx, order.id, line_id, place, expires_at=fulfilment.collect_by)
    redemptions.redeem_again(tx.session, order.id)
    return True


def _open(tx: Transaction, order: Order, fulfilment: Fulfilment, **payload: bool) -> None:
    location = tx.session.get_one(Location, fulfilment.location_id)
    with suppress(Conflict):  # a store that closed for good meanwhile: its staff settle that
        fulfilment.promised_at, fulfilment.collect_by = pickup.promise(location, tx.now)
    event_id = move_to(tx, order, fulfilment, "placed", **payload)
    order.pay_by = None
    tasks.open_task(tx, "pick", order.id, fulfilment.id, location.id, due_at=fulfilment.promised_at)
    notify.notify_customer(tx, order.id, event_id, "placed")
