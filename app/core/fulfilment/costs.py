"""What the goods that leave have cost us."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.core.catalogue.models import VariantCost


def unit_costs(
    session: Session, variant_ids: Sequence[UUID], currency: str, at: datetime
) -> dict[UUID, int]:
    """Minor units by variant, as of `at`; a variant whose cost is not known is missing, not 0."""
    rows = session.execute(
        select(VariantCost.variant_id, VariantCost.amount)
        .ext(distinct_on(VariantCost.variant_id))
        .where(
            VariantCost.variant_id.in_(variant_ids),
            VariantCost.currency == currency,
            VariantCost.starts_at <= at,
        )
        .order_by(VariantCost.variant_id, VariantCost.starts_at.desc())
    )
    return {row.variant_id: row.amount for row in rows}
