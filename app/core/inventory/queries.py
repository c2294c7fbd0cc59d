"""Reads of stock."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location, Variant
from app.core.inventory.models import Stock

AVAILABLE = (Stock.on_hand - Stock.reserved - Stock.safety_stock).label("available")


class StockAtStore(NamedTuple):
    location_id: UUID
    code: str
    latitude: float
    longitude: float
    variant_id: UUID
    available: int


def stock_at_stores(
    reader: Session | Connection, variant_ids: Sequence[UUID]
) -> list[StockAtStore]:
    """Return the stock of these variants at each store that offers pick-up."""
    rows = reader.execute(_STOCK_AT_STORES, {"variants": variant_ids})
    return [StockAtStore._make(row) for row in rows]


def variant_ids(reader: Session | Connection, skus: Sequence[str]) -> dict[str, UUID]:
    """Return the variants' ids by SKU. Unknown SKUs are left out."""
    return {row.sku: row.id for row in reader.execute(_VARIANT_IDS, {"skus": skus})}


_STOCK_AT_STORES = (
    select(
        Location.id, Location.code, Location.latitude, Location.longitude, Stock.variant_id, AVAILABLE,
    )
    .join(Stock, Stock.location_id == Location.id)
    .where(Location.offers_pickup, Stock.variant_id.in_(bindparam("variants", expanding=True)))
)  # fmt: skip
_VARIANT_IDS = select(Variant.sku, Variant.id).where(
    Variant.sku.in_(bindparam("skus", expanding=True))
)
