from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.customers.events import CUSTOMER_VIEWED
from app.core.orders import queries
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ViewOrder:
    number: str
    location_id: UUID


def view_order(tx: Transaction, command: ViewOrder) -> dict[str, Any]:
    """An order as `queries.order_at` gives it. Where it names who collects in the shopper's stead, that staff
    looked is an event, of the shopper's if she is known. It is none of the order: nothing has happened to that.
    Raises NotFound."""
    order = queries.order_at(tx.session, command.number, command.location_id)
    if order["proxy"] is not None:
        told = {"what": "proxy", "order_id": order["id"]}
        tx.record(CUSTOMER_VIEWED, told, customer_id=order["customer_id"])
    return order
