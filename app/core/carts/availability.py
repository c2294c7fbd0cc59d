"""Which stores can serve a whole cart, how far they are, and when it would be ready."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.core.catalogue.distance import kilometres
from app.core.catalogue.models import Location
from app.core.catalogue.opening_hours import NeverOpen
from app.core.errors import NotFound
from app.core.inventory.queries import stock_at_stores, variant_ids
from app.core.model import AnyRow
from app.core.orders.pickup import hours_of


class Near(NamedTuple):
    latitude: float
    longitude: float


def availability(
    reader: Connection, wanted: Mapping[str, int], near: Near | None, limit: int, now: datetime
) -> list[dict[str, Any]]:
    """Stores that offer pick-up, by distance from `near` (else by name), in three statements.

    `serves_all` is for the whole cart. Raises NotFound for an unknown SKU.
    """
    variants = variant_ids(reader, list(wanted))
    unknown = [sku for sku in wanted if sku not in variants]
    if unknown:
        raise NotFound(
            f"There is nothing with the SKU {', '.join(unknown)}: look it up in /products."
        )
    stores = _nearest(reader.execute(_STORES).all(), near)[:limit]
    stock = {
        (row.location_id, row.variant_id): row.available
        for row in stock_at_stores(reader, list(variants.values()))
    }
    return [_at(store, km, wanted, variants, stock, now) for store, km in stores]


def _nearest(stores: Sequence[AnyRow], near: Near | None) -> list[tuple[AnyRow, float | None]]:
    if near is None:
        return [(store, None) for store in stores]
    placed = [(kilometres(*near, store.latitude, store.longitude), store) for store in stores]
    placed.sort(key=itemgetter(0))
    return [(store, distance) for distance, store in placed]


def _at(
    store: AnyRow,
    distance: float | None,
    wanted: Mapping[str, int],
    variants: Mapping[str, Any],
    stock: Mapping[tuple[Any, Any], int],
    now: datetime,
) -> dict[str, Any]:
    here = {sku: max(stock.get((store.id, variants[sku]), 0), 0) for sku in wanted}
    return {
        "location": store.code,
        "name": store.name,
        "distance_km": distance,
        "serves_all": all(here[sku] >= units for sku, units in wanted.items()),
        "ready_by": _ready_by(store, now),
        "lines": [{"sku": sku, "available": available} for sku, available in here.items()],
    }


def _ready_by(store: AnyRow, now: datetime) -> datetime | None:
    try:
        return hours_of(store).ready_by(now, store.preparation_minutes)
    except NeverOpen:
        return None


_STORES = (
    select(
        Location.id, Location.code, Location.name, Location.latitude, Location.longitude,
        Location.timezone, Location.hours, Location.holidays, Location.preparation_minutes,
    )
    .where(Location.offers_pickup)
    .order_by(Location.name)
)  # fmt: skip
