"""All that prices a cart, read from every room in one statement, and the quote that the engine makes of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Text,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
    true,
)  # fmt: skip
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.carts.models import Cart, CartCoupon, CartLine
from app.core.catalogue.models import Location, Product, Variant
from app.core.errors import Conflict
from app.core.inventory.models import Stock
from app.core.model import AnyRow, constant, json_rows
from app.core.pricing import rules
from app.core.pricing.engine.conditions import Context
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.models import Coupon, Promotion
from app.core.pricing.price_columns import as_item, listed, price_in_force, reduced, tiers
from app.core.pricing.rules import HOME, HOME_ZONE, Rules
from app.core.pricing.signed_quotes import TaxPlace

Reader = Session | Connection


@dataclass(frozen=True)
class CartFacts:
    head: AnyRow
    """currency, method, sales_channel, customer_id, customer_group; of the chosen store code, country, region and
    timezone."""
    lines: Sequence[AnyRow]
    """variant_id, sku, barcode, title, options, quantity, prices, sold and, at the store, available."""
    gifts: Sequence[AnyRow]
    """What promotions name to be given, there or not, in the same shape, a unit of each."""
    coupons: Sequence[dict[str, Any]]
    """id, code, the code of the promotion that each opens, and whether it is `free` to be used."""
    used_up: frozenset[str]
    """Codes of the promotions that were used as often as they may be."""
    rules: Rules

    @property
    def tax_place(self) -> TaxPlace:
        return TaxPlace(self.head.country or HOME, self.head.region or "")

    @property
    def opened(self) -> dict[str, str]:
        """By code of a promotion the id of the coupon that opens it: of several, the first that is free."""
        ids: dict[str, str] = {}
        for coupon in self.coupons:
            if coupon["free"]:
                ids.setdefault(coupon["promotion"], coupon["id"])
        return ids

    def on_sale(self) -> list[AnyRow]:
        return [line for line in self.lines if on_sale(line)]

    def before_uses(self) -> "CartFacts":
        """As it was before the last use of anything in it: how often things were used has no history."""
        free = [{**coupon, "free": True} for coupon in self.coupons]
        return replace(self, coupons=free, used_up=frozenset())


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
        gifts=gifts,
        coupons=head.coupons or (),
        used_up=frozenset(head.used_up or ()),
        rules=known,
    )


def on_sale(line: AnyRow) -> bool:
    """Whether a line of a cart can be bought (still)."""
    return line.sold and (line.base_price is not None or line.listed is not None)


def refuse_withdrawn(lines: Sequence[AnyRow]) -> None:
    """Raises Conflict (product_unavailable) where something is not on sale any more."""
    withdrawn = [line.sku for line in lines if not on_sale(line)]
    if withdrawn:
        raise Conflict(
            f"{', '.join(withdrawn)} is no longer sold: take it out of the cart.",
            code="product_unavailable",
            skus=withdrawn,
        )


def price(cart: CartFacts, now: datetime, without: Collection[str] = ()) -> Quote:
    """The quote of the lines that are on sale. Who orders is not known before the checkout: until then what is
    for a first order, or limited by person, is offered; then `without` the promotions that are not for her."""
    head = cart.head
    context = Context(
        at=now,
        zone=head.timezone or HOME_ZONE,
        channel=head.sales_channel,
        location=head.code or "",
        first_order=True,
        coupons=frozenset(cart.opened),
        used_up=cart.used_up.union(without),
        customer_groups=frozenset({head.customer_group} if head.customer_group else ()),
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


def _giveable(cart: CartFacts, now: datetime) -> Iterator[Item]:
    """Gifts on sale, with how many the chosen store has. One without a tax rate there cannot be given, which is no
    reason to refuse the cart."""
    place, chosen = cart.tax_place, cart.head.code is not None
    for gift in filter(on_sale, cart.gifts):
        rate = cart.rules.rate_if_any(place.country, place.region, gift.tax_category, now)
        if rate is not None:
            there = gift.available or 0 if chosen else None
            yield replace(as_item(gift, gift.quantity, rate), there=there)


_WHO = (
    func.customer_group_of(Cart.customer_id)
    .table_valued(column("customer_group", Text))
    .lateral("who")
)
"""The group of the cart's customer, looked up once for all lines; no row for a guest's cart."""


def _of_cart(*columns: Any) -> Any:
    now: Any = bindparam("now")
    return select(
        Cart.currency, Cart.method, Cart.sales_channel, Cart.customer_id, _WHO.c.customer_group,
        Location.code, Location.country, Location.region, Location.timezone,
        Variant.id.label("variant_id"), Variant.sku, Variant.barcode, Variant.options, Variant.tax_category,
        Product.title, Product.handle, Product.category,
        price_in_force(Cart.currency, now).label("base_price"),
        tiers(Cart.currency, now).label("tiers"),
        listed(Cart.currency, now, Cart.sales_channel, Cart.location_id, _WHO.c.customer_group).label("listed"),
        reduced(Cart.currency, now, Cart.sales_channel, Cart.location_id).label("reduced"),
        and_(Product.status == constant("active"), Variant.active).label("sold"),
        (Stock.on_hand - Stock.reserved - Stock.safety_stock).label("available"),
        *columns,
    )  # fmt: skip


_HERE = and_(Stock.variant_id == Variant.id, Stock.location_id == Cart.location_id)
_FREE = and_(Coupon.active, or_(Coupon.uses_limit.is_(None), Coupon.uses < Coupon.uses_limit))
_COUPONS = (
    select(
        json_rows(Coupon.code, id=Coupon.id, code=Coupon.code, promotion=Promotion.code, free=_FREE)
    )
    .select_from(CartCoupon)
    .join(Coupon, Coupon.id == CartCoupon.coupon_id)
    .join(Promotion, Promotion.id == Coupon.promotion_id)
    .where(CartCoupon.cart_id == Cart.id)
    .correlate(Cart)
    .scalar_subquery()
)
# Asked for with each cart: a use gives the rules no new version, or each order would.
_USED_UP = (
    select(func.json_agg(Promotion.code))
    .where(Promotion.ended_at.is_(None), Promotion.uses >= Promotion.uses_limit)
    .scalar_subquery()
)
# One statement, so that lines, prices, store and rules are of one snapshot.
_CART = (
    _of_cart(
        CartLine.quantity,
        rules.version().label("rules_version"),
        _COUPONS.label("coupons"),
        _USED_UP.label("used_up"),
    )
    .select_from(Cart)
    .outerjoin(_WHO, true())
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
    .outerjoin(_WHO, true())
    .outerjoin(Location, Location.id == Cart.location_id)
    .join(Variant, Variant.sku == any_(bindparam("skus", type_=ARRAY(Text))))
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(Stock, _HERE)
    .where(Cart.id == bindparam("cart_id"))
    .order_by(Variant.sku.collate("C"))
)
