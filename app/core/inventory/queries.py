"""Reads of stock."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location, Variant
from app.core.inventory.models import Stock
from app.core.model import AnyRow

AVAILABLE = (Stock.on_hand - Stock.reserved - Stock.safety_stock).label("available")


def stock_at_stores(reader: Session | Connection, variant_ids: Sequence[UUID]) -> Sequence[AnyRow]:
    """location_id, code, latitude, longitude, variant_id and available, at each store that offers pick-up."""
    return reader.execute(_AVAILABLE, {"variants": variant_ids}).all()


def variant_ids(reader: Session | Connection, skus: Sequence[str]) -> dict[str, UUID]:
    """The variants by SKU; unknown ones are missing."""
    return {row.sku: row.id for row in reader.execute(_VARIANTS, {"skus": skus})}


_AVAILABLE = (
    select(
        Location.id.label("location_id"), Location.code, Location.latitude, Location.longitude,
        Stock.variant_id, AVAILABLE,
    )
    .join(Stock, Stock.location_id == Location.id)
    .where(Location.offers_pickup, Stock.variant_id.in_(bindparam("variants", expanding=True)))
)  # fmt: skip
_VARIANTS = select(Variant.sku, Variant.id).where(
    Variant.sku.in_(bindparam("skus", expanding=True))
)
