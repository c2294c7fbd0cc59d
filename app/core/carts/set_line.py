from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, text

from app.core.carts import cart_view
from app.core.carts.cart_view import CartView
from app.core.carts.models import CartLine
from app.core.errors import Invalid, NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetLine:
    cart_id: UUID
    sku: str
    quantity: int
    """The new quantity, not a difference; 0 takes the line out."""


def set_line(tx: Transaction, command: SetLine) -> CartView:
    """Put a quantity of a variant into a cart. Raises NotFound for an unknown or unpublished SKU."""
    cart_view.touch(tx.session, command.cart_id, tx.now)
    found = tx.session.execute(
        _PUT if command.quantity else _FIND,
        {"cart_id": command.cart_id, "sku": command.sku, "quantity": command.quantity},
    ).first()
    if found is None:
        raise NotFound(
            f"There is nothing on sale with the SKU {command.sku}: look it up in /products."
        )
    if command.quantity == 0:
        tx.session.execute(
            delete(CartLine).where(
                CartLine.cart_id == command.cart_id, CartLine.variant_id == found.variant_id
            )
        )
    view = cart_view.view(tx.session, command.cart_id, tx.now)
    if len(view.lines) > cart_view.MAX_LINES:
        raise Invalid(
            f"A cart holds at most {cart_view.MAX_LINES} different items: place this order first."
        )
    return view


_PUT = text("""
    INSERT INTO cart_lines (cart_id, variant_id, quantity)
    SELECT :cart_id, v.id, :quantity FROM variants v JOIN products p ON p.id = v.product_id
    WHERE v.sku = :sku AND v.active AND p.status = 'active'
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity
    RETURNING variant_id
""")
_FIND = text("SELECT id AS variant_id FROM variants WHERE sku = :sku")
