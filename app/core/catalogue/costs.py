"""What a variant costs us: as a column that other rooms put into their own one query."""

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, select

from app.core.catalogue.models import Variant, VariantCost


def cost_in_force(currency: str, at: datetime) -> ScalarSelect[Any]:
    """The newest cost row of the enclosing query's Variant that has started; NULL if none has."""
    return (
        select(VariantCost.amount)
        .where(
            VariantCost.variant_id == Variant.id,
            VariantCost.currency == currency,
            VariantCost.starts_at <= at,
        )
        .order_by(VariantCost.starts_at.desc())
        .limit(1)
        .correlate(Variant)
        .scalar_subquery()
    )
