"""The statements that change stock: reserve and adjust. Each is one statement for all its lines.

All code takes locks in one order, so that no two transactions wait for each other: orders first, then stock by
(location, variant), then reservations.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

StockKey = tuple[UUID, UUID]
"""A location and a variant."""


class WantedStock(NamedTuple):
    location_id: UUID
    variant_id: UUID
    quantity: int


class StockChange(NamedTuple):
    """Units to add to a stock row; negative ones are subtracted."""

    location_id: UUID
    variant_id: UUID
    on_hand: int
    reserved: int


def reserve(session: Session, wanted: Sequence[WantedStock]) -> bool:
    """Reserve all lines or none. False leaves rows behind that only a roll-back removes.

    1. The CTE `locked` locks the rows sorted by key. A plain UPDATE … FROM locks in any order, and carts that
       share items then deadlock.
    2. The condition stands on the updated row, which PostgreSQL reads again after the wait for its lock: a
       transaction that waited sees the units that the one before it left.
    3. Fewer updated rows than lines means that a line is short: the caller raises, and the transaction ends.

    `wanted` names each (location, variant) once.
    """
    reserved = session.connection().execute(
        _RESERVE,
        {
            "locations": [row.location_id for row in wanted],
            "variants": [row.variant_id for row in wanted],
            "quantities": [row.quantity for row in wanted],
        },
    )
    return reserved.rowcount == len(wanted)


def adjust(session: Session, changes: Sequence[StockChange], marks_movements: bool = True) -> None:
    """Add to on_hand and reserved. The table's CHECK is the safety net: an adjustment that would oversell fails.

    Changes of one (location, variant) add up. `marks_movements` is False for an import.
    """
    if changes:
        session.execute(
            _ADJUST,
            {
                "locations": [row.location_id for row in changes],
                "variants": [row.variant_id for row in changes],
                "on_hand": [row.on_hand for row in changes],
                "reserved": [row.reserved for row in changes],
                "marks_movements": marks_movements,
            },
        )


_RESERVE = text("""
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:locations AS uuid[]), CAST(:variants AS uuid[]), CAST(:quantities AS int[]))
            AS w(location_id, variant_id, quantity)
    ), locked AS MATERIALIZED (
        SELECT s.location_id, s.variant_id, w.quantity
        FROM stock s JOIN wanted w USING (location_id, variant_id)
        ORDER BY s.location_id, s.variant_id
        FOR NO KEY UPDATE OF s
    )
    UPDATE stock s SET reserved = s.reserved + l.quantity
    FROM locked l
    WHERE s.location_id = l.location_id AND s.variant_id = l.variant_id
      AND s.on_hand - s.reserved - s.safety_stock >= l.quantity
""")

_ADJUST = text("""
    WITH wanted AS (
        SELECT location_id, variant_id, sum(on_hand)::int AS on_hand, sum(reserved)::int AS reserved
        FROM unnest(CAST(:locations AS uuid[]), CAST(:variants AS uuid[]),
                    CAST(:on_hand AS int[]), CAST(:reserved AS int[]))
            AS w(location_id, variant_id, on_hand, reserved)
        GROUP BY location_id, variant_id
    ), locked AS MATERIALIZED (
        SELECT s.location_id, s.variant_id, w.on_hand, w.reserved
        FROM stock s JOIN wanted w USING (location_id, variant_id)
        ORDER BY s.location_id, s.variant_id
        FOR NO KEY UPDATE OF s
    )
    UPDATE stock s
    SET on_hand = s.on_hand + l.on_hand, reserved = s.reserved + l.reserved,
        has_movements = :marks_movements AND (s.has_movements OR l.on_hand <> 0)
    FROM locked l
    WHERE s.location_id = l.location_id AND s.variant_id = l.variant_id
""")
