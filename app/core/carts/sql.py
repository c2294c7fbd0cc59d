"""The statements that read all facts that price a cart, with their row types."""

from typing import Any, NamedTuple
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
)

from app.core.carts.models import Cart, CartCoupon, CartLine
from app.core.catalogue.models import Location, Product, Variant
from app.core.inventory.models import Stock
from app.core.inventory.queries import AVAILABLE
from app.core.model import constant, json_rows
from app.core.pricing import rules
from app.core.pricing.models import Coupon, Promotion
from app.core.pricing.price_columns import listed_price, price_in_force, reduction, tiers


class CartHead(NamedTuple):
    currency: str
    type: str | None
    """The type of the fulfilment; None until the shopper chooses one."""
    sales_channel: str
    customer_id: UUID | None
    customer_group: str | None
    location: str | None
    """The code of the chosen store. The other columns of the store are None without one, too."""
    country: str | None
    region: str | None
    timezone: str | None


class PricedLine(NamedTuple):
    """A line of a cart or a gift, with its prices and the stock of the chosen store."""

    variant_id: UUID
    sku: str
    barcode: str | None
    options: dict[str, str]
    tax_category: str
    title: str
    handle: str
    category: str
    base_price: int | None
    tiers: list[dict[str, Any]] | None
    listed: dict[str, Any] | None
    """{list, amount, tiers, reduced} of the price list in force; None without one."""
    reduced: dict[str, Any] | None
    """{compare_at, lowest_30_days} of a reduced base price."""
    active: bool
    """Whether the variant and its product are active."""
    available: int | None
    """None without a chosen store, and if the store has no stock row."""
    quantity: int

    @property
    def available_for_sale(self) -> bool:
        return self.active and (self.base_price is not None or self.listed is not None)


HEAD = slice(0, len(CartHead._fields))
LINE = slice(HEAD.stop, HEAD.stop + len(PricedLine._fields))
"""The columns of a row of CART or GIFTS."""

_GROUP = (
    func.customer_group_of(Cart.customer_id)
    .table_valued(column("customer_group", Text))
    .lateral("who")
)
"""The group of the cart's customer, looked up once for all lines; no row for a guest's cart."""


def _columns(quantity: Any, *more: Any) -> Any:
    """A SELECT of the columns of CartHead and PricedLine, in their order, and `more`."""
    now: Any = bindparam("now")
    place = Cart.sales_channel, Cart.location_id
    return select(
        Cart.currency, Cart.type, Cart.sales_channel, Cart.customer_id, _GROUP.c.customer_group,
        Location.code.label("location"), Location.country, Location.region, Location.timezone,
        Variant.id.label("variant_id"), Variant.sku, Variant.barcode, Variant.options, Variant.tax_category,
        Product.title, Product.handle, Product.category,
        price_in_force(Cart.currency, now).label("base_price"),
        tiers(Cart.currency, now).label("tiers"),
        listed_price(Cart.currency, now, *place, _GROUP.c.customer_group).label("listed"),
        reduction(Cart.currency, now, *place).label("reduced"),
        and_(Product.status == constant("active"), Variant.active).label("active"),
        AVAILABLE,
        quantity,
        *more,
    )  # fmt: skip


_STOCK_OF_LINE = and_(Stock.variant_id == Variant.id, Stock.location_id == Cart.location_id)
_USABLE = and_(
    Coupon.active, or_(Coupon.uses_limit.is_(None), Coupon.redemption_count < Coupon.uses_limit)
)
_COUPONS = (
    select(
        json_rows(
            Coupon.code, id=Coupon.id, code=Coupon.code, promotion=Promotion.code, usable=_USABLE
        )
    )
    .select_from(CartCoupon)
    .join(Coupon, Coupon.id == CartCoupon.coupon_id)
    .join(Promotion, Promotion.id == Coupon.promotion_id)
    .where(CartCoupon.cart_id == Cart.id)
    .correlate(Cart)
    .scalar_subquery()
)
# Read with each cart: a redemption does not give the rules a new version, or each order would.
_USED_UP = (
    select(func.json_agg(Promotion.code))
    .where(Promotion.deactivated_at.is_(None), Promotion.redemption_count >= Promotion.uses_limit)
    .scalar_subquery()
)
# One statement, so that lines, prices, store and rules are of one snapshot.
CART = (
    _columns(
        CartLine.quantity,
        rules.version_column().label("rules_version"),
        _COUPONS.label("coupons"),
        _USED_UP.label("used_up"),
    )
    .select_from(Cart)
    .outerjoin(_GROUP, true())
    .outerjoin(Location, Location.id == Cart.location_id)
    .outerjoin(CartLine, CartLine.cart_id == Cart.id)
    .outerjoin(Variant, Variant.id == CartLine.variant_id)
    .outerjoin(Product, Product.id == Variant.product_id)
    .outerjoin(Stock, _STOCK_OF_LINE)
    .where(Cart.id == bindparam("cart_id"))
    .order_by(
        Variant.sku.collate("C")
    )  # the order of the engine, whatever the database's collation
)
GIFTS = (
    _columns(literal(1).label("quantity"))
    .select_from(Cart)
    .outerjoin(_GROUP, true())
    .outerjoin(Location, Location.id == Cart.location_id)
    .join(Variant, Variant.sku == any_(bindparam("skus", type_=ARRAY(Text))))
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(Stock, _STOCK_OF_LINE)
    .where(Cart.id == bindparam("cart_id"))
    .order_by(Variant.sku.collate("C"))
)
