"""Sets on_hand to the units that were counted or imported. A count is a fact, so it is always accepted.

If fewer units are left than are reserved, unpicked reservations lose the difference, newest first. Picked ones
lose nothing, because their goods stand on the pick-up shelf. Each loss writes a shortfall and a task in the same
transaction.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text, tuple_

from app.core.inventory import stock
from app.core.inventory.events import BY_KIND
from app.core.inventory.models import Reservation, Shortfall, StockMovement
from app.core.inventory.statuses import RESERVATION
from app.core.inventory.stock import StockChange, StockKey
from app.core.model import constant
from app.core.tasks.models import Task
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CountedStock:
    location_id: UUID
    variant_id: UUID
    on_hand: int
    unit_cost: int | None = None

    @property
    def key(self) -> StockKey:
        return self.location_id, self.variant_id


@dataclass(frozen=True)
class CountOutcome:
    changed: int
    unchanged: int
    skipped: tuple[CountedStock, ...]
    """Rows left alone, because their stock has had movements since the last import."""
    shortfalls: int
    """Reserved units that turned out to be missing."""


class StockLevel(NamedTuple):
    """A locked row of `stock`."""

    location_id: UUID
    variant_id: UUID
    on_hand: int
    reserved: int
    has_movements: bool


Levels = dict[StockKey, StockLevel]
Losses = dict[StockKey, list[tuple[Reservation, int]]]
"""By stock row the reservations that lost units, and how many each lost."""


def set_on_hand(
    tx: Transaction,
    counted: Sequence[CountedStock],
    kind: str,
    reason: str | None,
    skip_with_movements: bool = False,
) -> CountOutcome:
    """Set on_hand to what was counted; `counted` names each (location, variant) once, on_hand ≥ 0.

    1. Create the missing rows, lock all rows in key order, and find those that differ.
    2. If fewer units are left than are reserved, take the difference from unpicked reservations. If the count
       misses even picked goods, it stays unresolved: on_hand becomes the number of picked units.
    3. Write on_hand, movements, shortfalls and tasks.
    """
    before = lock_rows(tx, counted)
    skipped = [row for row in counted if skip_with_movements and before[row.key].has_movements]
    skipped_keys = {row.key for row in skipped}
    differing = [
        row
        for row in counted
        if row.key not in skipped_keys and row.on_hand != before[row.key].on_hand
    ]
    payload: dict[str, Any] = {"rows": len(differing)}
    event_id = tx.record(BY_KIND[kind], payload) if differing else None
    lacking = {row.key: before[row.key].reserved - row.on_hand for row in differing}
    losses = _take_from_reservations(tx, lacking)
    changes, missing = [], 0
    for row in differing:
        old, lost = before[row.key], losses[row.key]
        units = sum(units for _, units in lost)
        on_hand = max(row.on_hand, old.reserved - units)
        unresolved = on_hand - row.on_hand
        changes.append(StockChange(*row.key, on_hand - old.on_hand, -units))
        missing += units + unresolved
        _write_movement(tx, row, on_hand - old.on_hand, kind, reason, event_id)
        _write_shortfalls(tx, row, lost, unresolved, kind, event_id)
    if kind == "count":  # An import can have thousands of rows; its movements say the same.
        payload["changes"] = [_describe(before, change) for change in changes]
    if kind == "import":
        changes += _confirmed(counted, skipped_keys | lacking.keys(), before)
    stock.adjust(tx.session, changes, marks_movements=kind != "import")
    unchanged = len(counted) - len(differing) - len(skipped)
    return CountOutcome(len(differing), unchanged, tuple(skipped), missing)


def _describe(before: Levels, change: StockChange) -> dict[str, Any]:
    old = before[change.location_id, change.variant_id].on_hand
    return {"variant_id": change.variant_id, "before": old, "after": old + change.on_hand}


def _confirmed(
    counted: Sequence[CountedStock], handled: set[StockKey], before: Levels
) -> list[StockChange]:
    """Rows whose stock has had movements and that the file confirms: the file knows of those movements now."""
    same = [row for row in counted if row.key not in handled and before[row.key].has_movements]
    return [StockChange(*row.key, 0, 0) for row in same]


def lock_rows(tx: Transaction, counted: Sequence[CountedStock]) -> Levels:
    """Create the missing stock rows, lock all of them in key order, and return them."""
    keys = {
        "locations": [row.location_id for row in counted],
        "variants": [row.variant_id for row in counted],
    }
    tx.session.execute(_CREATE_ROWS, keys)
    levels = map(StockLevel._make, tx.session.execute(_LOCK_ROWS, keys))
    return {(level.location_id, level.variant_id): level for level in levels}


def _take_from_reservations(tx: Transaction, lacking: dict[StockKey, int]) -> Losses:
    """Take the lacking units of each stock row from its unpicked reservations, newest first."""
    left = {key: units for key, units in lacking.items() if units > 0}
    losses: Losses = defaultdict(list)
    if not left:
        return losses
    newest_first = tx.session.scalars(
        select(Reservation)
        .where(
            tuple_(Reservation.location_id, Reservation.variant_id).in_(left),
            Reservation.status == constant("live"),
        )
        .order_by(Reservation.created_at.desc(), Reservation.id.desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for reservation in newest_first:
        key = reservation.location_id, reservation.variant_id
        units = min(left[key], reservation.quantity - reservation.picked)
        if units > 0:
            left[key] -= units
            reservation.quantity -= units
            if not reservation.quantity:
                reservation.status = RESERVATION.move(reservation.status, "released")
            losses[key].append((reservation, units))
    return losses


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
            StockMovement,
            location_id=row.location_id, variant_id=row.variant_id, quantity=quantity, kind=kind,
            reason=reason, unit_cost=row.unit_cost, event_id=event_id, occurred_at=tx.now,
        )  # fmt: skip


def _write_shortfalls(
    tx: Transaction,
    row: CountedStock,
    lost: list[tuple[Reservation, int]],
    unresolved: int,
    cause: str,
    event_id: UUID | None,
) -> None:
    """Write a shortfall and a task for each order that lost units, and one without an order for an unresolved
    count."""
    shortfalls: list[tuple[UUID | None, UUID | None, int]] = [
        (reservation.order_id, reservation.line_id, units) for reservation, units in lost
    ]
    shortfalls += [(None, None, unresolved)] if unresolved else []
    for order_id, line_id, units in shortfalls:
        tx.insert(
            Shortfall,
            location_id=row.location_id, variant_id=row.variant_id, order_id=order_id, line_id=line_id,
            quantity=units, cause=cause, event_id=event_id, created_at=tx.now,
        )  # fmt: skip
        tx.insert(
            Task,
            kind="shortfall" if order_id else "count", department="shop", location_id=row.location_id,
            due_at=tx.now, order_id=order_id, variant_id=row.variant_id, created_at=tx.now,
        )  # fmt: skip


_KEYS = """
    SELECT * FROM unnest(CAST(:locations AS uuid[]), CAST(:variants AS uuid[])) AS w(location_id, variant_id)
"""
_CREATE_ROWS = text(f"""
    INSERT INTO stock (location_id, variant_id, on_hand, reserved, safety_stock, has_movements)
    SELECT location_id, variant_id, 0, 0, 0, false FROM ({_KEYS}) w
    ORDER BY location_id, variant_id
    ON CONFLICT DO NOTHING
""")  # noqa: S608 - constants of this file
_LOCK_ROWS = text(f"""
    SELECT s.location_id, s.variant_id, s.on_hand, s.reserved, s.has_movements
    FROM stock s JOIN ({_KEYS}) w USING (location_id, variant_id)
    ORDER BY s.location_id, s.variant_id
    FOR NO KEY UPDATE OF s
""")  # noqa: S608 - constants of this file
