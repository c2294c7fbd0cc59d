"""A cart: its lines, its fulfilment, and the check that it is still open."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.core import rate_limits
from app.core.carts import cart_view
from app.core.carts.cart_view import CartView
from app.core.carts.models import Cart, CartLine
from app.core.catalogue.models import Variant
from app.core.catalogue.queries import pickup_location_id
from app.core.errors import Conflict, Invalid, NotFound, TooManyAttempts
from app.core.pricing.engine.quoting import quote
from app.core.transaction import Transaction

MAX_LINES = 200
MAX_QUANTITY = 100_000
MAX_ATTEMPTS, ATTEMPT_WINDOW = 30, timedelta(hours=1)
"""Coupons that may be tried, and quotes that may be signed, with one cart: many times what a shopper needs, and
far too few to guess a coupon or to fill a table."""


@dataclass(frozen=True)
class CreateCart:
    currency: str


@dataclass(frozen=True)
class SetLine:
    cart_id: UUID
    sku: str
    quantity: int
    """The new quantity, not a difference; 0 removes the line."""


@dataclass(frozen=True)
class SetFulfilment:
    cart_id: UUID
    type: str
    location: str
    """The code of a store that offers pick-up."""


def create_cart(tx: Transaction, command: CreateCart) -> CartView:
    """Create an empty cart."""
    cart_id = tx.insert(
        Cart,
        client_id=tx.actor.client_id,
        sales_channel=tx.actor.sales_channel,
        currency=command.currency,
        created_at=tx.now,
        last_activity_at=tx.now,
    )
    return CartView(cart_id, command.currency, None, None, (), quote(command.currency, []))


def set_line(tx: Transaction, command: SetLine) -> CartView:
    """Set the quantity of a variant in a cart. Raises NotFound for an unknown or unpublished SKU."""
    touch(tx.session, command.cart_id, tx.now)
    is_known = _put_line(tx, command) if command.quantity else _remove_line(tx, command)
    if not is_known:
        raise NotFound(f"No item on sale has the SKU {command.sku}: look it up in /products.")
    view = cart_view.view(tx.session, command.cart_id, tx.now)
    if len(view.lines) > MAX_LINES:
        raise Invalid(f"A cart holds at most {MAX_LINES} different items: place this order first.")
    return view


def _put_line(tx: Transaction, command: SetLine) -> bool:
    """Return False for a SKU that is not on sale."""
    line = {"cart_id": command.cart_id, "sku": command.sku, "quantity": command.quantity}
    return tx.session.execute(_PUT_LINE, line).first() is not None


def _remove_line(tx: Transaction, command: SetLine) -> bool:
    """Return False for an unknown SKU. An unpublished variant can be removed."""
    variant_id = tx.session.scalar(select(Variant.id).where(Variant.sku == command.sku))
    tx.session.execute(
        delete(CartLine).where(
            CartLine.cart_id == command.cart_id, CartLine.variant_id == variant_id
        )
    )
    return variant_id is not None


def set_fulfilment(tx: Transaction, command: SetFulfilment) -> CartView:
    """Choose the store that the order is collected at. Raises NotFound for a store that does not offer pick-up."""
    location_id = pickup_location_id(tx.session, command.location)
    touch(tx.session, command.cart_id, tx.now, type=command.type, location_id=location_id)
    return cart_view.view(tx.session, command.cart_id, tx.now)


def touch(session: Session, cart_id: UUID, now: datetime, **changes: Any) -> None:
    """Lock the open cart, mark it active and apply `changes`. Raises NotFound, Conflict (cart_ordered,
    cart_merged)."""
    open_cart = (
        update(Cart)
        .where(Cart.id == cart_id, Cart.order_id.is_(None), Cart.merged_into_id.is_(None))
        .values(last_activity_at=now, **changes)
        .execution_options(synchronize_session=False)
    )
    if session.connection().execute(open_cart).rowcount == 0:
        raise not_open_error(session, cart_id)


def not_open_error(session: Session, cart_id: UUID) -> NotFound | Conflict:
    """Return the error for a cart that is not open."""
    cart = session.get(Cart, cart_id)
    if cart is None:
        return NotFound("There is no such cart: create a new one.")
    if cart.merged_into_id is not None:
        return Conflict(
            "This cart was merged into the cart of your account: use GET /account/cart.",
            code="cart_merged",
        )
    return Conflict("This cart is an order already: create a new one.", code="cart_ordered")


def consume_attempt(session: Session, cart_id: UUID, purpose: str, now: datetime) -> None:
    """Consume one of the cart's attempts for this purpose. Raises TooManyAttempts."""
    allowed = rate_limits.consume(
        session, purpose, str(cart_id), limit=MAX_ATTEMPTS, window=ATTEMPT_WINDOW, now=now
    )
    if not allowed:
        raise TooManyAttempts(
            "This cart has had too many attempts: go on without it, or try again in an hour.",
            retry_after=int(ATTEMPT_WINDOW.total_seconds()),
        )


_PUT_LINE = text("""
    INSERT INTO cart_lines (cart_id, variant_id, quantity)
    SELECT :cart_id, v.id, :quantity FROM variants v JOIN products p ON p.id = v.product_id
    WHERE v.sku = :sku AND v.active AND p.status = 'active'
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET quantity = excluded.quantity
    RETURNING variant_id
""")
