"""What to tell a shopper whose store does not have it: how much it has, and who has the rest."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.catalogue.distance import kilometres
from app.core.errors import InsufficientStock
from app.core.inventory.queries import stock_at_stores
from app.core.model import AnyRow


class Wish(Protocol):
    """A line, however it is kept."""

    @property
    def variant_id(self) -> UUID: ...
    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> int: ...


ELSEWHERE = 5
"""How many other stores to name for a line."""


def insufficient_stock(session: Session, store: AnyRow, lines: Sequence[Wish]) -> InsufficientStock:
    """The refusal of a cart at `store` (location_id, code, latitude, longitude), nearest other stores first."""
    places = stock_at_stores(session, [line.variant_id for line in lines])
    short: list[dict[str, Any]] = []
    for line in lines:
        here = [place for place in places if place.variant_id == line.variant_id]
        available = max(
            (p.available for p in here if p.location_id == store.location_id), default=0
        )
        if available < line.quantity:
            short.append(
                {
                    "sku": line.sku,
                    "wanted": line.quantity,
                    "available": max(available, 0),
                    "elsewhere": _nearest(store, here, line.quantity),
                }
            )
    names = ", ".join(line["sku"] for line in short) or "an item"
    return InsufficientStock(
        f"{store.name} has not enough of {names}: take fewer, or choose a store that has it.",
        lines=short,
    )


def _nearest(store: AnyRow, places: Sequence[AnyRow], wanted: int) -> list[dict[str, Any]]:
    """Stores that can serve the whole line first, then those that have some; by distance."""
    others = [
        {
            "location": place.code,
            "available": place.available,
            "distance_km": kilometres(
                store.latitude, store.longitude, place.latitude, place.longitude
            ),
        }
        for place in places
        if place.location_id != store.location_id and place.available > 0
    ]
    others.sort(key=lambda other: (other["available"] < wanted, other["distance_km"]))
    return others[:ELSEWHERE]
