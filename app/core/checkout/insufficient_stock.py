"""The error for a cart that its store cannot serve: what is missing, and which other stores have it."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.catalogue.distance import kilometres
from app.core.errors import InsufficientStock
from app.core.inventory.queries import StockAtStore, stock_at_stores

MAX_OTHER_STORES = 5
"""How many other stores to name for a line."""


class WantedLine(Protocol):
    @property
    def variant_id(self) -> UUID: ...
    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> int: ...


class Store(Protocol):
    @property
    def location_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...


def insufficient_stock(
    session: Session, store: Store, lines: Sequence[WantedLine]
) -> InsufficientStock:
    """Return the error for these lines at `store`, with the nearest other stores first."""
    stock = stock_at_stores(session, [line.variant_id for line in lines])
    short = []
    for line in lines:
        of_line = [row for row in stock if row.variant_id == line.variant_id]
        available = max(
            (row.available for row in of_line if row.location_id == store.location_id), default=0
        )
        if available < line.quantity:
            short.append(
                {
                    "sku": line.sku,
                    "wanted": line.quantity,
                    "available": max(available, 0),
                    "elsewhere": _other_stores(store, of_line, line.quantity),
                }
            )
    skus = ", ".join(str(line["sku"]) for line in short) or "an item"
    return InsufficientStock(
        f"{store.name} does not have enough of {skus}: reduce the quantity, or choose a store that has it.",
        lines=short,
    )


def _other_stores(store: Store, stock: Sequence[StockAtStore], wanted: int) -> list[dict[str, Any]]:
    """Stores that can serve the whole line come first, then stores that have some units; each by distance."""
    others: list[dict[str, Any]] = [
        {
            "location": row.code,
            "available": row.available,
            "distance_km": kilometres(store.latitude, store.longitude, row.latitude, row.longitude),
        }
        for row in stock
        if row.location_id != store.location_id and row.available > 0
    ]
    others.sort(key=lambda other: (other["available"] < wanted, other["distance_km"]))
    return others[:MAX_OTHER_STORES]
