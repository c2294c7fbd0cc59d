"""The one way in which the state of a placed order and its fulfilment changes. `place.py` writes step 1 itself."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from app.core.errors import Conflict
from app.core.orders.events import BY_STATUS
from app.core.orders.models import Fulfilment, Order
from app.core.orders.statuses import FULFILMENT, FULFILMENT_STATUS, ORDER
from app.core.transaction import Transaction


def must_be(order: Order, states: Collection[str], otherwise: str) -> None:
    """Raises Conflict unless the order is in one of the states; `otherwise` ends "Order … is …"."""
    if order.status not in states:
        raise Conflict(
            f"Order {order.number} is {order.status}{otherwise}",
            code="invalid_state",
            status=order.status,
        )


def move_to(
    tx: Transaction, order: Order, fulfilment: Fulfilment, status: str, **payload: Any
) -> UUID:
    """Move both to `status` and write the event; its id. Raises Conflict where the tables do not allow it."""
    target = FULFILMENT_STATUS.get(status, status)
    if not ORDER.allows(order.status, status) or not FULFILMENT.allows(fulfilment.status, target):
        raise Conflict(
            f"Order {order.number} is {order.status} and cannot become {status} now.",
            code="invalid_state",
            status=order.status,
        )
    order.transition_count += 1
    event_id = tx.record(
        BY_STATUS[status],
        {"from": order.status, "to": status, "step": order.transition_count, **payload},
        order_id=order.id,
        location_id=fulfilment.location_id,
    )
    order.status, fulfilment.status = status, target
    return event_id
