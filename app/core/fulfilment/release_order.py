"""What cancelling and expiring share: promises end, goods go back to the shelf and money to its payer."""

from app.core.inventory import reservations, shortfalls
from app.core.orders.models import Fulfilment, Order
from app.core.payment_processing.refund import refund
from app.core.payment_processing.release import release_payments
from app.core.payments import tenders
from app.core.pricing.promotions import redemptions
from app.core.tasks import tasks
from app.core.transaction import Transaction


def release_order(tx: Transaction, order: Order, fulfilment: Fulfilment) -> None:
    """Release what was not picked. What was picked stays reserved until it is scanned back, as a task.

    Promotions are given back after that: stock is locked first everywhere. Money comes last: what was set aside
    is let go, what was taken is given back.
    """
    held = reservations.lock(tx.session, order.id)
    reservations.release(
        tx.session, [(row, row.quantity - row.picked) for row in held if row.quantity > row.picked]
    )
    redemptions.release(tx.session, order.id, tx.now)
    shortfalls.close_for_order(tx.session, order.id, tx.now)
    tasks.finish(tx, fulfilment.id, "pick", "hand_over")
    tasks.finish_shortfalls(tx, order.id)
    if any(row.picked for row in held):
        tasks.open_task(
            tx, "restock", order.id, fulfilment.id, fulfilment.location_id, due_at=tx.now
        )
    payments = tenders.of(tx.session, order.id)
    release_payments(tx, order, payments)
    here = order.paid - sum(one.refunding for one in payments)
    if here > 0:
        refund(tx, order, payments, here, f"order {order.status}", credit=False)
    if order.status == "cancelled":
        order.credited = 0  # nothing is left that could be cheaper
