from dataclasses import dataclass
from uuid import UUID

from app.core.accounts import customer_cart
from app.core.accounts.customer_cart import GuestCart
from app.core.carts import cart_view
from app.core.carts.cart_view import CartView
from app.core.transaction import Transaction


@dataclass(frozen=True)
class OpenCart:
    customer_id: UUID
    currency: str
    guest_cart: GuestCart | None
    """A guest's cart to put into it."""


def open_cart(tx: Transaction, command: OpenCart) -> CartView:
    """Her open cart, a new one if she has none. Repeating it changes nothing."""
    cart_id = customer_cart.merge_guest_cart(
        tx, command.customer_id, command.guest_cart
    ) or customer_cart.find_or_create(tx, command.customer_id, command.currency)
    tx.write()
    return cart_view.view(tx.session, cart_id, tx.now)
