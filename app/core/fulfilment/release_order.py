"""Releases an order that ends without a sale: its stock, its redemptions and its money."""

from app.core.inventory import reservations, shortfalls
from app.core.orders.locking import OpenOrder
from app.core.payment_processing.refund import refund
from app.core.payment_processing.release import release_payments
from app.core.pricing.promotions import redemptions
from app.core.tasks import tasks


def release_order(open_order: OpenOrder) -> None:
    """Release an order that is cancelled or expires.

    1. Release the units that were not picked. Picked units stay reserved until staff restock them: open a task.
    2. Release the promotion redemptions: after the stock, as everywhere, so that no two orders deadlock.
    3. Release the authorised money, and refund what was captured.
    """
    tx, order = open_order.tx, open_order.order
    rows = open_order.lock_reservations()
    unpicked = [(row, row.quantity - row.picked) for row in rows if row.quantity > row.picked]
    reservations.release(tx.session, unpicked)
    redemptions.release(tx.session, order.id, tx.now)
    shortfalls.close_for_order(tx.session, order.id, tx.now)
    for one in open_order.fulfilments:
        tasks.finish(tx, one.id, "pick", "hand_over")
    tasks.finish_shortfalls(tx, order.id)
    for one in open_order.fulfilments_of([row for row in rows if row.picked]):
        tasks.open_task(tx, "restock", order.id, one.id, one.location_id, due_at=tx.now)
    release_payments(open_order)
    if refundable := open_order.balance().refundable:
        refund(open_order, refundable, f"order {order.status}", credit=False)
    if order.status == "cancelled":
        order.credited = 0  # nothing is left that could be cheaper
