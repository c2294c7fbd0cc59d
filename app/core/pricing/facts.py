"""Loads what the engine needs: as a column that other rooms put into their own one query."""

from typing import Any

from sqlalchemy import ScalarSelect, select

from app.core.catalogue.models import Variant
from app.core.pricing.models import Price


def price_in_force(currency: Any, at: Any) -> ScalarSelect[Any]:
    """The amount of the newest price row of the enclosing query's Variant that has started; NULL if none has."""
    return (
        select(Price.amount)
        .where(Price.variant_id == Variant.id, Price.currency == currency, Price.starts_at <= at)
        .order_by(Price.starts_at.desc())
        .limit(1)
        .correlate(Variant)
        .scalar_subquery()
    )
