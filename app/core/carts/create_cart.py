from dataclasses import dataclass

from app.core.carts.cart_view import CartView
from app.core.pricing.engine.quoting import quote
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreateCart:
    currency: str


def create_cart(tx: Transaction, command: CreateCart) -> CartView:
    """Begin an empty cart."""
    cart_id = tx.insert(
        "carts",
        client_id=tx.actor.client_id,
        sales_channel=tx.actor.sales_channel,
        currency=command.currency,
        created_at=tx.now,
        last_activity_at=tx.now,
    )
    return CartView(cart_id, command.currency, None, None, (), quote(command.currency, []))
