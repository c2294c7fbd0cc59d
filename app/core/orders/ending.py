"""What cancelling and expiring share: promises end, goods already picked go back to the shelf."""

from app.core.inventory import reservations, shortfalls
from app.core.orders.models import Fulfilment, Order
from app.core.pricing.promotions import uses
from app.core.tasks import board
from app.core.transaction import Transaction


def let_go(tx: Transaction, order: Order, fulfilment: Fulfilment) -> None:
    """Release what was not picked. What was picked stays reserved until it is scanned back, as a task.

    Promotions are given back after that: stock is locked first everywhere.
    """
    held = reservations.held(tx.session, order.id)
    reservations.release(
        tx.session, [(row, row.quantity - row.picked) for row in held if row.quantity > row.picked]
    )
    uses.give_back(tx.session, order.id, tx.now)
    shortfalls.settle_order(tx.session, order.id, tx.now)
    board.finish(tx, fulfilment.id, "pick", "hand_over")
    board.finish_shortfalls(tx, order.id)
    if any(row.picked for row in held):
        board.open_task(
            tx, "put_back", order.id, fulfilment.id, fulfilment.location_id, due_at=tx.now
        )
