"""Promotions as merchants see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.core.catalogue.models import Product, Variant
from app.core.errors import Invalid, NotFound
from app.core.model import AnyRow, constant
from app.core.pricing.engine.item import Item
from app.core.pricing.facts import price_in_force, tiers
from app.core.pricing.models import Coupon, Promotion, PromotionUse
from app.core.pricing.rules import Rules

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
        page = page.where(Promotion.ended_at.is_(None) == active)
    if after is not None:
        page = page.where(Promotion.code.collate("C") > after)
    return [dict(row._mapping) for row in reader.execute(page)]


def items(
    reader: Reader, wanted: dict[str, int], currency: str, rules: Rules, country: str, at: datetime
) -> list[Item]:
    """A sample cart at base prices. Raises Invalid for what is not on sale."""
    rows: Sequence[AnyRow] = reader.execute(
        _ITEMS, {"skus": list(wanted), "currency": currency, "at": at}
    ).all()
    if missing := sorted(wanted.keys() - {row.sku for row in rows}):
        raise Invalid(
            f"{', '.join(missing)} is not on sale: look it up in /products.", lines=missing
        )
    return [
        Item(
            row.sku, wanted[row.sku], row.price, rules.rate(country, "", row.tax_category, at),
            tuple((step["start"], step["amount"]) for step in row.tiers or ()), row.handle, row.category,
        )
        for row in rows
    ]  # fmt: skip


_USED = and_(PromotionUse.promotion_id == Promotion.id, PromotionUse.given_back_at.is_(None))
_PROMOTION = select(
    Promotion.code, Promotion.title, Promotion.kind, Promotion.currency, Promotion.terms, Promotion.scopes,
    Promotion.conditions, Promotion.priority, Promotion.exclusive, Promotion.gift_sku, Promotion.uses_limit,
    Promotion.per_person, Promotion.ended_at.is_(None).label("active"), Promotion.ended_at, Promotion.reason,
    Promotion.approved_by, Promotion.created_at,
    select(func.count()).where(_USED).correlate(Promotion).scalar_subquery().label("orders"),
    select(func.coalesce(func.sum(PromotionUse.amount), 0))
    .where(_USED).correlate(Promotion).scalar_subquery().label("saved"),
    select(func.count()).select_from(Coupon).where(Coupon.promotion_id == Promotion.id)
    .correlate(Promotion).scalar_subquery().label("coupons"),
)  # fmt: skip
_ITEMS = (
    select(
        Variant.sku, Variant.tax_category, Product.handle, Product.category,
        price_in_force(bindparam("currency"), bindparam("at")).label("price"),
        tiers(bindparam("currency"), bindparam("at")).label("tiers"),
    )
    .join(Product, Product.id == Variant.product_id)
    .where(
        Variant.sku == any_(bindparam("skus", type_=ARRAY(Text))),
        Variant.active, Product.status == constant("active"),
        price_in_force(bindparam("currency"), bindparam("at")).is_not(None),
    )
)  # fmt: skip
