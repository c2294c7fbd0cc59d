"""The one way in which the state of a placed order and its fulfilment changes. `place.py` writes step 1 itself."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from app.core.errors import Conflict
from app.core.orders.events import BY_STATUS
from app.core.orders.models import Fulfilment, Order
from app.core.orders.statuses import FULFILMENT, OF_ORDER, ORDER
from app.core.transaction import Transaction


def must_be(order: Order, states: Collection[str], otherwise: str) -> None:
    """Raises Conflict unless the order is in one of the states; `otherwise` ends "Order … is …"."""
    if order.state not in states:
        raise Conflict(
            f"Order {order.number} is {order.state}{otherwise}",
            code="invalid_state",
            state=order.state,
        )


def move_to(
    tx: Transaction, order: Order, fulfilment: Fulfilment, state: str, **payload: Any
) -> UUID:
    """Move both to `state` and write the event; its id. Raises Conflict where the tables do not allow it."""
    target = OF_ORDER.get(state, state)
    if state not in ORDER[order.state] or target not in FULFILMENT[fulfilment.state]:
        raise Conflict(
            f"Order {order.number} is {order.state} and cannot become {state} now.",
            code="invalid_state",
            state=order.state,
        )
    order.steps += 1
    event_id = tx.record(
        BY_STATUS[state],
        {"from": order.state, "to": state, "step": order.steps, **payload},
        order_id=order.id,
        location_id=fulfilment.location_id,
    )
    order.state, fulfilment.state = state, target
    return event_id
