"""A cart and its quote, as every channel sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location, Product, Variant
from app.core.errors import Conflict, NotFound
from app.core.inventory.models import Stock
from app.core.model import AnyRow, constant
from app.core.orders.models import Cart, CartLine
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.facts import listed, price_in_force, tiers

MAX_LINES = 200
MAX_QUANTITY = 100_000


@dataclass(frozen=True)
class CartView:
    id: UUID
    currency: str
    method: str | None
    location: str | None
    """The code of the store to collect at."""
    lines: Sequence[AnyRow]
    quote: Quote


def touch(session: Session, cart_id: UUID, now: datetime, **changes: Any) -> None:
    """Lock the open cart and mark it active. Raises NotFound, or Conflict once it has become an order."""
    open_cart = (
        update(Cart)
        .where(Cart.id == cart_id, Cart.order_id.is_(None))
        .values(last_activity_at=now, **changes)
        .execution_options(synchronize_session=False)
    )
    if session.connection().execute(open_cart).rowcount == 0:
        raise not_open(session, cart_id)


def not_open(session: Session, cart_id: UUID) -> NotFound | Conflict:
    if session.get(Cart, cart_id) is None:
        return NotFound("There is no such cart: begin a new one.")
    return Conflict("This cart has already become an order: begin a new one.", code="cart_ordered")


def view(session: Session | Connection, cart_id: UUID, now: datetime) -> CartView:
    """The cart, its lines and the quote of those on sale. Raises NotFound."""
    rows = session.execute(_CART, {"cart_id": cart_id, "now": now}).all()
    if not rows:
        raise NotFound("There is no such cart: begin a new one.")
    cart, lines = rows[0], _lines(rows)
    priced = price(cart.currency, [line for line in lines if on_sale(line)])
    return CartView(cart_id, cart.currency, cart.method, cart.code, lines, priced)


def lines_of(session: Session | Connection, cart_id: UUID, now: datetime) -> Sequence[AnyRow]:
    """variant_id, sku, barcode, title, options, quantity, unit_price, sold and, at its store, available."""
    return _lines(session.execute(_CART, {"cart_id": cart_id, "now": now}).all())


def _lines(rows: Sequence[AnyRow]) -> Sequence[AnyRow]:
    """An empty cart is a row without an item."""
    return [row for row in rows if row.variant_id is not None]


def on_sale(line: AnyRow) -> bool:
    """Whether a line of a cart can be bought (still)."""
    return line.sold and line.unit_price is not None


def price(currency: str, lines: Sequence[AnyRow]) -> Quote:
    """The quote of a cart's lines. Raises Conflict for what is not sold any more."""
    withdrawn = [line.sku for line in lines if not on_sale(line)]
    if withdrawn:
        raise Conflict(
            f"{', '.join(withdrawn)} is no longer sold: take it out of the cart.",
            code="not_sold",
            skus=withdrawn,
        )
    return quote(currency, [Item(line.sku, line.quantity, line.unit_price) for line in lines])


def full_title(title: str, options: dict[str, str]) -> str:
    """The product's title with the variant's options, as on a receipt; an option that repeats it is left out."""
    return " – ".join(dict.fromkeys([title, *options.values()]))


_HERE = and_(Stock.variant_id == CartLine.variant_id, Stock.location_id == Cart.location_id)
# One statement, so that the lines, their prices and the store that they are wanted at are of one snapshot.
_CART = (
    select(
        Cart.currency, Cart.method, Location.code,
        CartLine.variant_id, Variant.sku, Variant.barcode, Product.title, Variant.options,
        CartLine.quantity,
        price_in_force(Cart.currency, bindparam("now")).label("base_price"),
        tiers(Cart.currency, bindparam("now")).label("tiers"),
        listed(Cart.currency, bindparam("now"), Cart.sales_channel, Cart.location_id).label("listed"),
        and_(Product.status == constant("active"), Variant.active).label("sold"),
        (Stock.on_hand - Stock.reserved - Stock.safety).label("available"),
    )
    .outerjoin(Location, Location.id == Cart.location_id)
    .outerjoin(CartLine, CartLine.cart_id == Cart.id)
    .outerjoin(Variant, Variant.id == CartLine.variant_id)
    .outerjoin(Product, Product.id == Variant.product_id)
    .outerjoin(Stock, _HERE)
    .where(Cart.id == bindparam("cart_id"))
    .order_by(Variant.sku.collate("C"))  # as the engine sorts them, whatever the database does
)  # fmt: skip
