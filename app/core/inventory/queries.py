"""Reads of stock."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location, Variant
from app.core.inventory.models import Stock
from app.core.model import AnyRow

AVAILABLE = (Stock.on_hand - Stock.reserved - Stock.safety).label("available")


def available_everywhere(
    reader: Session | Connection, variant_ids: Sequence[UUID]
) -> Sequence[AnyRow]:
    """location_id, code, latitude, longitude, variant_id and available, at each store that offers pick-up."""
    rows = reader.execute(
        select(
            Location.id.label("location_id"), Location.code, Location.latitude, Location.longitude,
            Stock.variant_id, AVAILABLE,
        )
        .join(Stock, Stock.location_id == Location.id)
        .where(Location.offers_pickup, Stock.variant_id.in_(variant_ids))
    )  # fmt: skip
    return rows.all()


def variant_ids(reader: Session | Connection, skus: Sequence[str]) -> dict[str, UUID]:
    """The variants by SKU; unknown ones are missing."""
    rows = reader.execute(select(Variant.sku, Variant.id).where(Variant.sku.in_(skus)))
    return {row.sku: row.id for row in rows}
