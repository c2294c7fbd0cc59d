"""Staff take the goods of a pick-up from the shelf, or find that they are not there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core import money
from app.core.errors import Conflict, Invalid
from app.core.fulfilment.events import ORDER_ITEMS_UNAVAILABLE, ORDER_PICKED
from app.core.fulfilment.release_order import release_order
from app.core.inventory import reservations, stock
from app.core.inventory.models import Reservation, StockMovement
from app.core.inventory.stock import WantedStock
from app.core.orders import locking, notify
from app.core.orders.models import Fulfilment, Line, Order
from app.core.orders.transitions import move_to, must_be
from app.core.tasks.models import Task
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Short:
    sku: str
    quantity: int
    reason: str


@dataclass(frozen=True)
class Pick:
    fulfilment_id: UUID
    location_id: UUID
    picked: Mapping[str, int]
    """SKU to the units just taken from the shelf."""
    short: tuple[Short, ...]
    """What is not on the shelf."""


def pick(tx: Transaction, command: Pick) -> str:
    """Note what was picked and what is short; the order's number.

    1. Lock the order, then its stock and reservations, and see that nothing is picked beyond what is open.
    2. Picked units no longer expire. A unit that a count took away, but that was found after all, is
       reserved again first.
    3. Short units end their promise and leave on_hand, with the reason; the order owes their frozen share
       less, somebody has to count, the shopper is told. Nothing left of the order: it is cancelled.

    Raises NotFound, Invalid (unknown SKU, too many), Conflict (invalid_state, not_reserved).
    """
    order, fulfilment = locking.by_fulfilment(
        tx.session, command.fulfilment_id, command.location_id
    )
    must_be(order, ("placed", "picking"), ": there is nothing to pick.")
    lines = {line.sku: line for line in locking.lines_of(tx.session, fulfilment)}
    held = {row.line_id: row for row in reservations.lock(tx.session, order.id)}
    _check(command, lines, held)
    if order.status == "placed":
        move_to(tx, order, fulfilment, "picking")
    for sku, units in command.picked.items():
        _take(tx, order, fulfilment, lines[sku], held, units)
    if command.picked:
        tx.record(
            ORDER_PICKED,
            {"lines": dict(command.picked)},
            order_id=order.id,
            location_id=fulfilment.location_id,
        )
    if command.short:
        _drop(tx, order, fulfilment, command.short, lines, held)
    return order.number


def _check(command: Pick, lines: Mapping[str, Line], held: Mapping[UUID, Reservation]) -> None:
    wanted = _by_sku(command.short)
    for sku, units in command.picked.items():
        wanted[sku] = wanted.get(sku, 0) + units
    errors = {}
    for sku, units in wanted.items():
        if sku not in lines:
            errors[sku] = "This item is not in the order: put it back and scan the right one."
        elif units > (left := locking.open_units(lines[sku], held)):
            errors[sku] = f"Only {left} more belong to the order: put the rest back."
    if errors:
        raise Invalid("Some items do not belong to the order.", lines=errors)


def _take(
    tx: Transaction,
    order: Order,
    fulfilment: Fulfilment,
    line: Line,
    held: Mapping[UUID, Reservation],
    units: int,
) -> None:
    reservation = held.get(line.id)
    promised = reservation.quantity - reservation.picked if reservation else 0
    found = max(units - promised, 0)
    if found and not stock.reserve(
        tx.session, [WantedStock(fulfilment.location_id, line.variant_id, found)]
    ):
        raise Conflict(
            f"The last count says that {line.sku} is not here: count it, then pick it.",
            code="not_reserved",
        )
    if reservation is None:
        place = WantedStock(fulfilment.location_id, line.variant_id, units)
        reservations.add(tx, order.id, line.id, place, picked=units, expires_at=None)
        return
    reservation.quantity += found
    reservation.picked += units
    reservation.expires_at = None


def _drop(
    tx: Transaction,
    order: Order,
    fulfilment: Fulfilment,
    short: tuple[Short, ...],
    lines: Mapping[str, Line],
    held: Mapping[UUID, Reservation],
) -> None:
    before, dropped = order.cancelled, _by_sku(short)
    payload: dict[str, Any] = {"lines": dropped}
    event_id = tx.record(
        ORDER_ITEMS_UNAVAILABLE,
        payload,
        order_id=order.id,
        location_id=fulfilment.location_id,
    )
    for sku, units in dropped.items():
        line = lines[sku]
        order.cancelled += money.share(
            line.total, line.quantity, line.quantity - line.cancelled - units, units
        )
        line.cancelled += units
    payload |= {"cancelled_before": before, "cancelled": order.cancelled}
    lost = _lose(tx, short, lines, held, event_id)
    reservations.release(tx.session, lost, lost=True)
    _open_counts(tx, fulfilment, [lines[sku] for sku in dropped])
    nothing_left = all(line.cancelled == line.quantity for line in lines.values())
    if nothing_left:
        move_to(tx, order, fulfilment, "cancelled", amount=order.total - before)
        release_order(tx, order, fulfilment)
    notify.notify_customer(
        tx, order.id, event_id, "nothing_available" if nothing_left else "items_unavailable"
    )


def _by_sku(short: tuple[Short, ...]) -> dict[str, int]:
    """Of one item some units may be broken and others gone."""
    units: dict[str, int] = {}
    for row in short:
        units[row.sku] = units.get(row.sku, 0) + row.quantity
    return units


def _lose(
    tx: Transaction,
    short: tuple[Short, ...],
    lines: Mapping[str, Line],
    held: Mapping[UUID, Reservation],
    event_id: UUID,
) -> list[tuple[Reservation, int]]:
    """The promised units among the short ones, with a movement for each reason. The others, which a count
    took away before, are off on_hand already."""
    lost: list[tuple[Reservation, int]] = []
    for row in short:
        reservation = held.get(lines[row.sku].id)
        if reservation is None:
            continue
        before = sum(units for known, units in lost if known is reservation)
        units = min(row.quantity, reservation.quantity - reservation.picked - before)
        if units:
            lost.append((reservation, units))
            _write_loss(tx, reservation, units, row.reason, event_id)
    return lost


def _write_loss(
    tx: Transaction, reservation: Reservation, units: int, reason: str, event_id: UUID
) -> None:
    tx.insert(
        StockMovement,
        location_id=reservation.location_id, variant_id=reservation.variant_id, quantity=-units,
        kind="short_pick", reason=reason, order_id=reservation.order_id, event_id=event_id,
        occurred_at=tx.now,
    )  # fmt: skip


def _open_counts(tx: Transaction, fulfilment: Fulfilment, lines: list[Line]) -> None:
    for line in lines:
        tx.insert(
            Task,
            kind="count", department="shop", location_id=fulfilment.location_id, due_at=tx.now,
            order_id=fulfilment.order_id, variant_id=line.variant_id, created_at=tx.now,
        )  # fmt: skip
