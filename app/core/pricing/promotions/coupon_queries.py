"""Coupons as merchants see them."""

from typing import Any

from sqlalchemy import case, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.pricing.models import Coupon, Promotion

Reader = Connection | Session


def coupons(reader: Reader, promotion: str, after: str | None, limit: int) -> list[dict[str, Any]]:
    """A page of a promotion's coupons by their folded code. Raises NotFound."""
    known = reader.execute(select(Promotion.id).where(Promotion.code == promotion)).first()
    if known is None:
        raise NotFound(f"There is no promotion {promotion}: look for it in /promotions.")
    page = _COUPON.where(Coupon.promotion_id == known.id).order_by(Coupon.normalised_code).limit(limit)
    if after is not None:
        page = page.where(Coupon.normalised_code > after)
    return [dict(row._mapping) for row in reader.execute(page)]


def coupon(reader: Reader, folded: str) -> dict[str, Any]:
    return dict(reader.execute(_COUPON.where(Coupon.normalised_code == folded)).one()._mapping)


_COUPON = select(
    Coupon.code, Coupon.normalised_code, Coupon.uses_limit, Coupon.active, Coupon.created_at,
    case((Coupon.uses_limit.is_not(None), Coupon.redemption_count)).label("uses"),
)  # fmt: skip
