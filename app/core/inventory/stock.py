"""The statements that change stock: reserve, release, consume. Each is one statement for all its lines.

Locks are taken in one order everywhere, so that no two transactions wait for each other: orders first, then
stock by (location, variant), then reservations.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


class WantedStock(NamedTuple):
    location_id: UUID
    variant_id: UUID
    quantity: int


class StockChange(NamedTuple):
    location_id: UUID
    variant_id: UUID
    on_hand: int
    reserved: int


def reserve(session: Session, wanted: Sequence[WantedStock]) -> bool:
    """Promise all of it or nothing: False leaves rows that only a roll-back may leave behind.

    1. The CTE `locked` takes the rows' locks sorted by key (a plain UPDATE … FROM locks in any order, and
       carts that share items then deadlock).
    2. The condition stands on the row that is updated, which is re-read after the wait for its lock: whoever
       waited sees what the one before left.
    3. Fewer rows than lines means that some line is short: the caller raises, the transaction ends.

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
    """Add to on_hand and reserved (either may be negative). The table's CHECK is the net below: what would
    oversell fails. Changes of one (location, variant) add up; `moves` is False for an import."""
    if changes:
        session.execute(
            _ADJUST,
            {
                "locations": [row.location_id for row in changes],
                "variants": [row.variant_id for row in changes],
                "on_hand": [row.on_hand for row in changes],
                "reserved": [row.reserved for row in changes],
                "moves": marks_movements,
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
      AND s.on_hand - s.reserved - s.safety >= l.quantity
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
        moved = :moves AND (s.moved OR l.on_hand <> 0)
    FROM locked l
    WHERE s.location_id = l.location_id AND s.variant_id = l.variant_id
""")
