from dataclasses import dataclass
from uuid import UUID

from app.core.orders.carts import CartView
from app.core.pricing.engine.quote import quote
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreateCart:
    currency: str
    client_id: UUID
    sales_channel: str


def create_cart(tx: Transaction, command: CreateCart) -> CartView:
    """Begin an empty cart."""
    cart_id = tx.insert(
        "carts",
        client_id=command.client_id,
        sales_channel=command.sales_channel,
        currency=command.currency,
        created_at=tx.now,
        last_activity_at=tx.now,
    )
    return CartView(cart_id, command.currency, None, None, (), quote(command.currency, []))
