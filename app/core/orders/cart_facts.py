"""All that prices a cart, read from every room in one statement, and the quote that the engine makes of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, literal, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location, Product, Variant
from app.core.errors import Conflict
from app.core.inventory.models import Stock
from app.core.model import AnyRow, constant, json_rows
from app.core.orders.models import Cart, CartCoupon, CartLine
from app.core.pricing import rules
from app.core.pricing.engine.conditions import Context
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.facts import as_item, listed, price_in_force, reduced, tiers
from app.core.pricing.models import Coupon, Promotion
from app.core.pricing.rules import HOME, HOME_ZONE, Rules
from app.core.pricing.signed_quotes import TaxPlace

Reader = Session | Connection


@dataclass(frozen=True)
class CartFacts:
    head: AnyRow
    """currency, method, sales_channel; of the chosen store code, country, region and timezone."""
    lines: Sequence[AnyRow]
    """variant_id, sku, barcode, title, options, quantity, prices, sold and, at the store, available."""
    gifts: Sequence[AnyRow]
    """What promotions may give there, in the same shape, a unit of each."""
    coupons: Sequence[dict[str, Any]]
    """id, code, and the code of the promotion that each opens."""
    rules: Rules

    @property
    def tax_place(self) -> TaxPlace:
        return TaxPlace(self.head.country or HOME, self.head.region or "")

    def on_sale(self) -> list[AnyRow]:
        return [line for line in self.lines if on_sale(line)]


def read(
    reader: Reader, cart_id: UUID, now: datetime, also: Collection[str] = ()
) -> CartFacts | None:
    """None for an unknown cart. Where promotions give something, what that is takes a second statement, as do the
    SKUs in `also`, which a promotion of before has given."""
    rows = reader.execute(_CART, {"cart_id": cart_id, "now": now}).all()
    if not rows:
        return None
    return _facts(reader, cart_id, now, rows, rules.current(reader, rows[0].rules_version), also)


def as_of(reader: Reader, cart_id: UUID, at: datetime) -> CartFacts | None:
    """The cart as it is, with the prices and promotions of then; stock is as it is now."""
    rows = reader.execute(_CART, {"cart_id": cart_id, "now": at}).all()
    return _facts(reader, cart_id, at, rows, rules.as_of(reader, at)) if rows else None


def _facts(
    reader: Reader,
    cart_id: UUID,
    now: datetime,
    rows: Sequence[AnyRow],
    known: Rules,
    also: Collection[str] = (),
) -> CartFacts:
    head, skus = rows[0], sorted({*known.gifts, *also})
    given = {"cart_id": cart_id, "now": now, "skus": skus}
    gifts = reader.execute(_GIFTS, given).all() if skus else ()
    return CartFacts(
        head,
        lines=[row for row in rows if row.variant_id is not None],  # an empty cart is one empty row
        gifts=[gift for gift in gifts if on_sale(gift) and gift.available != 0],
        coupons=head.coupons or (),
        rules=known,
    )


def on_sale(line: AnyRow) -> bool:
    """Whether a line of a cart can be bought (still)."""
    return line.sold and (line.base_price is not None or line.listed is not None)


def refuse_withdrawn(lines: Sequence[AnyRow]) -> None:
    """Raises Conflict (not_sold) where something is not on sale any more."""
    withdrawn = [line.sku for line in lines if not on_sale(line)]
    if withdrawn:
        raise Conflict(
            f"{', '.join(withdrawn)} is no longer sold: take it out of the cart.",
            code="not_sold",
            skus=withdrawn,
        )


def price(cart: CartFacts, now: datetime, *, first_order: bool = True) -> Quote:
    """The quote of the lines that are on sale. Who orders is not known before the checkout: until then what is
    for a first order is offered."""
    head = cart.head
    context = Context(
        at=now,
        zone=head.timezone or HOME_ZONE,
        channel=head.sales_channel,
        location=head.code or "",
        first_order=first_order,
        coupons=frozenset(coupon["promotion"] for coupon in cart.coupons),
    )
    return quote(
        head.currency,
        items(cart, now),
        rules=cart.rules.market(head.country or HOME),
        gifts=_giveable(cart, now),
        promotions=cart.rules.promotions_in(head.currency),
        context=context,
    )


def items(cart: CartFacts, now: datetime) -> list[Item]:
    """The lines that are on sale, as the engine takes them."""
    place = cart.tax_place
    return [
        as_item(
            line,
            line.quantity,
            cart.rules.rate(place.country, place.region, line.tax_category, now),
        )
        for line in cart.on_sale()
    ]


def _giveable(cart: CartFacts, now: datetime) -> list[Item]:
    """Nobody asked for a gift: one without a tax rate there is not given, and holds up no cart."""
    place, found = cart.tax_place, []
    for gift in cart.gifts:
        rate = cart.rules.rate_if_any(place.country, place.region, gift.tax_category, now)
        if rate is not None:
            found.append(as_item(gift, gift.quantity, rate))
    return found


def _of_cart(*columns: Any) -> Any:
    now: Any = bindparam("now")
    return select(
        Cart.currency, Cart.method, Cart.sales_channel,
        Location.code, Location.country, Location.region, Location.timezone,
        Variant.id.label("variant_id"), Variant.sku, Variant.barcode, Variant.options, Variant.tax_category,
        Product.title, Product.handle, Product.category,
        price_in_force(Cart.currency, now).label("base_price"),
        tiers(Cart.currency, now).label("tiers"),
        listed(Cart.currency, now, Cart.sales_channel, Cart.location_id).label("listed"),
        reduced(Cart.currency, now, Cart.sales_channel, Cart.location_id).label("reduced"),
        and_(Product.status == constant("active"), Variant.active).label("sold"),
        (Stock.on_hand - Stock.reserved - Stock.safety).label("available"),
        *columns,
    )  # fmt: skip


_HERE = and_(Stock.variant_id == Variant.id, Stock.location_id == Cart.location_id)
_COUPONS = (
    select(json_rows(Coupon.code, id=Coupon.id, code=Coupon.code, promotion=Promotion.code))
    .select_from(CartCoupon)
    .join(Coupon, Coupon.id == CartCoupon.coupon_id)
    .join(Promotion, Promotion.id == Coupon.promotion_id)
    .where(CartCoupon.cart_id == Cart.id)
    .correlate(Cart)
    .scalar_subquery()
)
# One statement, so that lines, prices, store and rules are of one snapshot.
_CART = (
    _of_cart(CartLine.quantity, rules.version().label("rules_version"), _COUPONS.label("coupons"))
    .outerjoin(Location, Location.id == Cart.location_id)
    .outerjoin(CartLine, CartLine.cart_id == Cart.id)
    .outerjoin(Variant, Variant.id == CartLine.variant_id)
    .outerjoin(Product, Product.id == Variant.product_id)
    .outerjoin(Stock, _HERE)
    .where(Cart.id == bindparam("cart_id"))
    .order_by(Variant.sku.collate("C"))  # as the engine sorts them, whatever the database does
)
_GIFTS = (
    _of_cart(literal(1).label("quantity"))
    .select_from(Cart)
    .outerjoin(Location, Location.id == Cart.location_id)
    .join(Variant, Variant.sku == any_(bindparam("skus", type_=ARRAY(Text))))
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(Stock, _HERE)
    .where(Cart.id == bindparam("cart_id"))
    .order_by(Variant.sku.collate("C"))
)
