"""Promotions and coupons as merchants see them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, any_, bindparam, case, func, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.core.catalogue.models import Product, Variant
from app.core.errors import NotFound
from app.core.model import constant
from app.core.pricing.models import Coupon, Promotion, PromotionRedemption
from app.core.pricing.price_columns import PriceFacts, listed_price, price_in_force, tiers

Reader = Connection | Session


class PromotionDetails(NamedTuple):
    code: str
    title: str
    kind: str
    currency: str
    terms: dict[str, Any]
    scopes: list[Any]
    conditions: dict[str, Any]
    priority: int
    exclusive: bool
    gift_sku: str | None
    uses_limit: int | None
    limit_per_customer: int | None
    active: bool
    deactivated_at: datetime | None
    reason: str
    approved_by: str
    created_at: datetime
    orders: int
    """Orders that hold a redemption."""
    saved: int
    """What these orders saved, in minor units."""
    coupons: int


class CouponDetails(NamedTuple):
    code: str
    normalised_code: str
    uses_limit: int | None
    redemption_count: int | None
    """None for a coupon without a limit: its redemptions are not counted."""
    active: bool
    created_at: datetime


def promotion(reader: Reader, code: str) -> PromotionDetails:
    """Return a promotion. Raises NotFound."""
    row = reader.execute(_PROMOTION.where(Promotion.code == code)).first()
    if row is None:
        raise NotFound(f"There is no promotion {code}: see /promotions.")
    return PromotionDetails._make(row)


def promotions(
    reader: Reader, active: bool | None, after: str | None, limit: int
) -> list[PromotionDetails]:
    """Return a page of promotions by code."""
    page = _PROMOTION.order_by(Promotion.code.collate("C")).limit(limit)
    if active is not None:
        page = page.where(Promotion.deactivated_at.is_(None) == active)
    if after is not None:
        page = page.where(Promotion.code.collate("C") > after)
    return [PromotionDetails._make(row) for row in reader.execute(page)]


def coupons(
    reader: Reader, promotion_code: str, after: str | None, limit: int
) -> list[CouponDetails]:
    """Return a page of a promotion's coupons by their normalised code. Raises NotFound."""
    found = reader.execute(select(Promotion.id).where(Promotion.code == promotion_code)).first()
    if found is None:
        raise NotFound(f"There is no promotion {promotion_code}: see /promotions.")
    page = _COUPON.where(Coupon.promotion_id == found.id).order_by(Coupon.normalised_code)
    if after is not None:
        page = page.where(Coupon.normalised_code > after)
    return [CouponDetails._make(row) for row in reader.execute(page.limit(limit))]


def coupon(reader: Reader, normalised_code: str) -> CouponDetails:
    row = reader.execute(_COUPON.where(Coupon.normalised_code == normalised_code)).one()
    return CouponDetails._make(row)


def sellable_variants(
    reader: Reader,
    skus: Collection[str],
    currency: str,
    channel: str,
    location_id: UUID | None,
    at: datetime,
) -> dict[str, PriceFacts]:
    """Return the variants on sale among these, by SKU, with what prices them there."""
    values = {
        "skus": list(skus),
        "currency": currency,
        "channel": channel,
        "location_id": location_id,
        "at": at,
    }
    rows: Sequence[Any] = reader.execute(_ON_SALE, values).all()
    return {row.sku: PriceFacts._make(row) for row in rows}


_HELD = and_(
    PromotionRedemption.promotion_id == Promotion.id, PromotionRedemption.released_at.is_(None)
)
_PROMOTION: Select[*tuple[Any, ...]] = select(
    Promotion.code, Promotion.title, Promotion.kind, Promotion.currency, Promotion.terms, Promotion.scopes,
    Promotion.conditions, Promotion.priority, Promotion.exclusive, Promotion.gift_sku, Promotion.uses_limit,
    Promotion.limit_per_customer, Promotion.deactivated_at.is_(None).label("active"),
    Promotion.deactivated_at, Promotion.reason, Promotion.approved_by, Promotion.created_at,
    select(func.count()).where(_HELD).correlate(Promotion).scalar_subquery().label("orders"),
    select(func.coalesce(func.sum(PromotionRedemption.amount), 0))
    .where(_HELD).correlate(Promotion).scalar_subquery().label("saved"),
    select(func.count()).select_from(Coupon).where(Coupon.promotion_id == Promotion.id)
    .correlate(Promotion).scalar_subquery().label("coupons"),
)  # fmt: skip
_COUPON: Select[*tuple[Any, ...]] = select(
    Coupon.code, Coupon.normalised_code, Coupon.uses_limit,
    case((Coupon.uses_limit.is_not(None), Coupon.redemption_count)).label("redemption_count"),
    Coupon.active, Coupon.created_at,
)  # fmt: skip
_CURRENCY: Any = bindparam("currency")
_AT: Any = bindparam("at")
_PRICED = (
    select(
        Variant.sku, Variant.tax_category, Product.handle, Product.category,
        price_in_force(_CURRENCY, _AT).label("base_price"),
        tiers(_CURRENCY, _AT).label("tiers"),
        listed_price(
            _CURRENCY, _AT, bindparam("channel", type_=Text), bindparam("location_id", type_=Uuid), null()
        ).label("listed"),
    )
    .join(Product, Product.id == Variant.product_id)
    .where(
        Variant.sku == any_(bindparam("skus", type_=ARRAY(Text))),
        Variant.active, Product.status == constant("active"),
    )
    .subquery()
)  # fmt: skip
_ON_SALE = select(_PRICED).where(
    or_(_PRICED.c.base_price.is_not(None), _PRICED.c.listed.is_not(None))
)
