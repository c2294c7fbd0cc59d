from dataclasses import dataclass
from uuid import UUID

from app.core.catalogue.queries import pickup_location
from app.core.orders import carts
from app.core.orders.carts import CartView
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetFulfilment:
    cart_id: UUID
    method: str
    location: str
    """The code of a store that offers pick-up."""


def set_fulfilment(tx: Transaction, command: SetFulfilment) -> CartView:
    """Choose where the cart is collected. Raises NotFound for a store that does not offer pick-up."""
    location_id = pickup_location(tx.session, command.location)
    carts.touch(tx.session, command.cart_id, tx.now, method=command.method, location_id=location_id)
    return carts.view(tx.session, command.cart_id, tx.now)
