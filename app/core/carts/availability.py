"""Which stores can serve a whole cart, how far away they are, and when the order would be ready."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.core.catalogue.distance import kilometres
from app.core.catalogue.models import Location
from app.core.catalogue.opening_hours import NeverOpen, OpeningHours
from app.core.errors import NotFound
from app.core.inventory.queries import stock_at_stores, variant_ids


class Coordinates(NamedTuple):
    latitude: float
    longitude: float


class AvailableLine(NamedTuple):
    sku: str
    available: int


@dataclass(frozen=True)
class StoreAvailability:
    location: str
    name: str
    distance_km: float | None
    serves_all: bool
    """Whether the store can serve the whole cart."""
    ready_by: datetime | None
    """None if the store does not open again."""
    lines: Sequence[AvailableLine]


class _Store(NamedTuple):
    id: UUID
    code: str
    name: str
    latitude: float
    longitude: float
    timezone: str
    hours: list[Any]
    holidays: dict[str, Any]
    preparation_minutes: int


def availability(
    reader: Connection,
    wanted: Mapping[str, int],
    near: Coordinates | None,
    limit: int,
    now: datetime,
) -> list[StoreAvailability]:
    """Return the stores that offer pick-up, by distance from `near`, else by name. Takes three statements.

    Raises NotFound for an unknown SKU.
    """
    variants = variant_ids(reader, list(wanted))
    unknown = [sku for sku in wanted if sku not in variants]
    if unknown:
        raise NotFound(f"No item has the SKU {', '.join(unknown)}: look it up in /products.")
    stores = _nearest([_Store._make(row) for row in reader.execute(_STORES)], near)[:limit]
    stock = {
        (row.location_id, row.variant_id): row.available
        for row in stock_at_stores(reader, list(variants.values()))
    }
    return [_availability_at(store, km, wanted, variants, stock, now) for store, km in stores]


def _nearest(
    stores: Sequence[_Store], near: Coordinates | None
) -> list[tuple[_Store, float | None]]:
    if near is None:
        return [(store, None) for store in stores]
    by_distance = [(kilometres(*near, store.latitude, store.longitude), store) for store in stores]
    by_distance.sort(key=itemgetter(0))
    return [(store, distance) for distance, store in by_distance]


def _availability_at(
    store: _Store,
    distance: float | None,
    wanted: Mapping[str, int],
    variants: Mapping[str, UUID],
    stock: Mapping[tuple[UUID, UUID], int],
    now: datetime,
) -> StoreAvailability:
    available = {sku: max(stock.get((store.id, variants[sku]), 0), 0) for sku in wanted}
    return StoreAvailability(
        store.code,
        store.name,
        distance,
        all(available[sku] >= units for sku, units in wanted.items()),
        _ready_by(store, now),
        [AvailableLine(sku, units) for sku, units in available.items()],
    )


def _ready_by(store: _Store, now: datetime) -> datetime | None:
    try:
        return OpeningHours.of(store).ready_by(now, store.preparation_minutes)
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
