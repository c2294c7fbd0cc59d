from dataclasses import dataclass
from uuid import UUID

from app.core.carts import cart_view
from app.core.carts.cart_view import CartView
from app.core.catalogue.queries import pickup_location_id
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetFulfilment:
    cart_id: UUID
    method: str
    location: str
    """The code of a store that offers pick-up."""


def set_fulfilment(tx: Transaction, command: SetFulfilment) -> CartView:
    """Choose where the cart is collected. Raises NotFound for a store that does not offer pick-up."""
    location_id = pickup_location_id(tx.session, command.location)
    cart_view.touch(
        tx.session, command.cart_id, tx.now, method=command.method, location_id=location_id
    )
    return cart_view.view(tx.session, command.cart_id, tx.now)
