"""Facts about stock: what was counted or imported already is so, and is always accepted.

What a fact takes from reserved stock it takes from unpicked reservations, the newest first, and never from
picked ones, whose goods stand on the pick-up shelf. Each loss is a shortfall and a task, in the same transaction.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, tuple_

from app.core.inventory import stock
from app.core.inventory.models import Reservation
from app.core.inventory.stock import StockChange
from app.core.model import constant
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CountedStock:
    location_id: UUID
    variant_id: UUID
    on_hand: int
    unit_cost: int | None = None


@dataclass(frozen=True)
class CountOutcome:
    changed: int
    unchanged: int
    skipped: tuple[CountedStock, ...]
    """Rows left alone: their stock has moved since the last import."""
    shortfalls: int
    """Promised units that turned out not to be there."""


def set_on_hand(
    tx: Transaction,
    counted: Sequence[CountedStock],
    kind: str,
    reason: str | None,
    skip_with_movements: bool = False,
) -> CountOutcome:
    """Set on_hand to what was counted; `counted` names each (location, variant) once, on_hand ≥ 0.

    1. Make the missing rows, lock all of them in their order, and see what differs.
    2. Where less is left than is promised, take the difference from unpicked reservations. Where even the
       picked goods were not counted, the count is in doubt: on_hand stays at what is picked.
    3. Write on_hand, movements, shortfalls and tasks.
    """
    before = lock_rows(tx, counted)
    moved = tuple(row for row in counted if skip_with_movements and before[_key(row)].moved)
    left = set(map(_key, moved))
    differing = [
        row for row in counted if _key(row) not in left and row.on_hand != before[_key(row)].on_hand
    ]
    told: dict[str, Any] = {"rows": len(differing)}
    event_id = tx.record(f"stock.{kind}", told) if differing else None
    changes, missing = [], 0
    freed = _take_from_reservations(
        tx, [(row, before[_key(row)].reserved - row.on_hand) for row in differing]
    )
    for row in differing:
        old = before[_key(row)]
        taken = sum(units for _, units in freed[_key(row)])
        on_hand = max(row.on_hand, old.reserved - taken)
        changes.append(StockChange(row.location_id, row.variant_id, on_hand - old.on_hand, -taken))
        missing += taken + on_hand - row.on_hand
        _write_movement(tx, row, on_hand - old.on_hand, kind, reason, event_id)
        _write_shortfalls(tx, row, freed[_key(row)], on_hand - row.on_hand, kind, event_id)
    if kind == "count":  # an import can have thousands; its movements say the same
        told["changes"] = [_told(before[_key(change)], change) for change in changes]
    settled = left.union(map(_key, differing))
    if kind == "import":
        changes += _now_known(counted, settled, before)
    stock.adjust(tx.session, changes, marks_movements=kind != "import")
    return CountOutcome(len(differing), len(counted) - len(differing) - len(moved), moved, missing)


def _told(before: Any, change: StockChange) -> dict[str, Any]:
    after = before.on_hand + change.on_hand
    return {"variant_id": change.variant_id, "before": before.on_hand, "after": after}


def _now_known(
    counted: Sequence[CountedStock],
    settled: set[tuple[UUID, UUID]],
    before: dict[tuple[UUID, UUID], Any],
) -> list[StockChange]:
    """Rows that the file had right though they had moved: it knows them now."""
    same = [row for row in counted if _key(row) not in settled and before[_key(row)].moved]
    return [StockChange(*_key(row), 0, 0) for row in same]


def _key(row: Any) -> tuple[UUID, UUID]:
    return row.location_id, row.variant_id


def lock_rows(tx: Transaction, counted: Sequence[CountedStock]) -> dict[tuple[UUID, UUID], Any]:
    """Make the stock rows that are missing, and lock all of them in their order: what each of them holds."""
    places = {
        "locations": [row.location_id for row in counted],
        "variants": [row.variant_id for row in counted],
    }
    tx.session.execute(_MAKE_ROWS, places)
    return {_key(row): row for row in tx.session.execute(_LOCK_ROWS, places)}


def _take_from_reservations(
    tx: Transaction, wanted: list[tuple[CountedStock, int]]
) -> dict[tuple[UUID, UUID], list[tuple[Reservation, int]]]:
    """Take `units` of each row's unpicked promises, newest first; who lost how many."""
    lacking = {_key(row): units for row, units in wanted if units > 0}
    freed: dict[tuple[UUID, UUID], list[tuple[Reservation, int]]] = defaultdict(list)
    if not lacking:
        return freed
    newest_first = tx.session.scalars(
        select(Reservation)
        .where(
            tuple_(Reservation.location_id, Reservation.variant_id).in_(lacking),
            Reservation.status == constant("live"),
        )
        .order_by(Reservation.created_at.desc(), Reservation.id.desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for reservation in newest_first:
        units = min(lacking[_key(reservation)], reservation.quantity - reservation.picked)
        if units > 0:
            lacking[_key(reservation)] -= units
            reservation.quantity -= units
            reservation.status = "live" if reservation.quantity else "released"
            freed[_key(reservation)].append((reservation, units))
    return freed


def _write_movement(
    tx: Transaction,
    row: CountedStock,
    quantity: int,
    kind: str,
    reason: str | None,
    event_id: UUID | None,
) -> None:
    if quantity:
        tx.insert(
            "stock_movements",
            location_id=row.location_id, variant_id=row.variant_id, quantity=quantity, kind=kind,
            reason=reason, unit_cost=row.unit_cost, event_id=event_id, occurred_at=tx.now,
        )  # fmt: skip


def _write_shortfalls(
    tx: Transaction,
    row: CountedStock,
    freed: list[tuple[Reservation, int]],
    in_doubt: int,
    cause: str,
    event_id: UUID | None,
) -> None:
    """One shortfall and one task for each order that lost units; one without an order for a count in doubt."""
    losses: list[tuple[UUID | None, UUID | None, int]] = [
        (lost.order_id, lost.line_id, units) for lost, units in freed
    ]
    losses += [(None, None, in_doubt)] if in_doubt else []
    for order_id, line_id, units in losses:
        tx.insert(
            "shortfalls",
            location_id=row.location_id, variant_id=row.variant_id, order_id=order_id, line_id=line_id,
            quantity=units, cause=cause, event_id=event_id, created_at=tx.now,
        )  # fmt: skip
        tx.insert(
            "tasks",
            kind="shortfall" if order_id else "count", department="shop", location_id=row.location_id,
            due_at=tx.now, order_id=order_id, variant_id=row.variant_id, created_at=tx.now,
        )  # fmt: skip


_PLACES = """
    SELECT * FROM unnest(CAST(:locations AS uuid[]), CAST(:variants AS uuid[])) AS w(location_id, variant_id)
"""
_MAKE_ROWS = text(f"""
    INSERT INTO stock (location_id, variant_id, on_hand, reserved, safety, moved)
    SELECT location_id, variant_id, 0, 0, 0, false FROM ({_PLACES}) w
    ORDER BY location_id, variant_id
    ON CONFLICT DO NOTHING
""")  # noqa: S608 - constants of this file
_LOCK_ROWS = text(f"""
    SELECT s.location_id, s.variant_id, s.on_hand, s.reserved, s.moved
    FROM stock s JOIN ({_PLACES}) w USING (location_id, variant_id)
    ORDER BY s.location_id, s.variant_id
    FOR NO KEY UPDATE OF s
""")  # noqa: S608 - constants of this file
