"""Promotions as merchants see them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, bindparam, func, null, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.core.catalogue.models import Product, Variant
from app.core.errors import NotFound
from app.core.model import AnyRow, constant
from app.core.pricing.models import Coupon, Promotion, PromotionRedemption
from app.core.pricing.price_columns import listed_price, price_in_force, tiers

Reader = Connection | Session


def promotion(reader: Reader, code: str) -> AnyRow:
    """With how many orders use it, what that saved them, and how many coupons there are. Raises NotFound."""
    found = reader.execute(_PROMOTION.where(Promotion.code == code)).first()
    if found is None:
        raise NotFound(f"There is no promotion {code}: look for it in /promotions.")
    return found


def promotions(
    reader: Reader, active: bool | None, after: str | None, limit: int
) -> list[dict[str, Any]]:
    """A page of them by code."""
    page = _PROMOTION.order_by(Promotion.code.collate("C")).limit(limit)
    if active is not None:
        page = page.where(Promotion.deactivated_at.is_(None) == active)
    if after is not None:
        page = page.where(Promotion.code.collate("C") > after)
    return [dict(row._mapping) for row in reader.execute(page)]


def sellable_variants(
    reader: Reader,
    skus: Collection[str],
    currency: str,
    channel: str,
    location_id: UUID | None,
    at: datetime,
) -> dict[str, AnyRow]:
    """Those that are, by SKU, with what prices them there."""
    asked = {
        "skus": list(skus),
        "currency": currency,
        "channel": channel,
        "location_id": location_id,
    }
    return {row.sku: row for row in reader.execute(_ON_SALE, {**asked, "at": at})}


_USED = and_(PromotionRedemption.promotion_id == Promotion.id, PromotionRedemption.released_at.is_(None))
_PROMOTION = select(
    Promotion.code, Promotion.title, Promotion.kind, Promotion.currency, Promotion.terms, Promotion.scopes,
    Promotion.conditions, Promotion.priority, Promotion.exclusive, Promotion.gift_sku, Promotion.uses_limit,
    Promotion.limit_per_customer, Promotion.deactivated_at.is_(None).label("active"), Promotion.deactivated_at, Promotion.reason,
    Promotion.approved_by, Promotion.created_at,
    select(func.count()).where(_USED).correlate(Promotion).scalar_subquery().label("orders"),
    select(func.coalesce(func.sum(PromotionRedemption.amount), 0))
    .where(_USED).correlate(Promotion).scalar_subquery().label("saved"),
    select(func.count()).select_from(Coupon).where(Coupon.promotion_id == Promotion.id)
    .correlate(Promotion).scalar_subquery().label("coupons"),
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
