"""The view of an order by the staff of its store."""

from dataclasses import dataclass
from uuid import UUID

from app.core.customers.events import CUSTOMER_VIEWED
from app.core.orders.order_details import OrderDetails, order_details_at
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ViewOrder:
    number: str
    location_id: UUID


def view_order(tx: Transaction, command: ViewOrder) -> OrderDetails:
    """Return the order, and record the view if it names a pickup person.

    The event belongs to the customer, not to the order: nothing happened to the order. Raises NotFound.
    """
    order = order_details_at(tx.session, command.number, command.location_id)
    if any(one.pickup_person is not None for one in order.fulfilments):
        payload = {"what": "pickup_person", "order_id": str(order.id)}
        tx.record(CUSTOMER_VIEWED, payload, customer_id=order.customer_id)
    return order
