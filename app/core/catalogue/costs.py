"""Unit costs of variants. An unknown cost is missing, not 0."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from app.core.catalogue.models import Variant, VariantCost


def cost_in_force(currency: str, at: datetime) -> ScalarSelect[Any]:
    """Return a column: the newest cost that has started, for the enclosing query's Variant, or NULL."""
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


def unit_costs(
    session: Session, variant_ids: Sequence[UUID], currency: str, at: datetime
) -> dict[UUID, int]:
    """Return the costs in minor units by variant. Variants without a known cost are left out."""
    rows = session.execute(
        select(Variant.id, cost_in_force(currency, at)).where(Variant.id.in_(variant_ids))
    )
    return {variant_id: cost for variant_id, cost in rows if cost is not None}
