"""Records what staff picked for a fulfilment, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core import money
from app.core.errors import Conflict, Invalid
from app.core.fulfilment.events import ORDER_ITEMS_UNAVAILABLE, ORDER_PICKED
from app.core.fulfilment.open_lines import OpenLine, lock_lines, open_units, unpicked_units
from app.core.fulfilment.release_order import release_order
from app.core.inventory import reservations, stock
from app.core.inventory.models import Reservation, StockMovement
from app.core.inventory.stock import WantedStock
from app.core.orders import locking, notify
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment
from app.core.orders.notify import Template
from app.core.quantities import Quantities
from app.core.tasks.models import Task
from app.core.transaction import Transaction


@dataclass(frozen=True)
class MissingUnits:
    sku: str
    quantity: int
    reason: str


@dataclass(frozen=True)
class Pick:
    fulfilment_id: UUID
    location_id: UUID
    picked: Quantities
    """The units just taken from the shelf."""
    missing: tuple[MissingUnits, ...]
    """The units that are not on the shelf. One SKU may have several reasons: some broken, others gone."""


Lines = Mapping[str, OpenLine]
"""By SKU."""


def pick(tx: Transaction, command: Pick) -> str:
    """Record picked and missing units; return the order's number.

    1. Lock the order, then its stock and reservations. No more may be picked or missing than is open.
    2. Picked units no longer expire. A unit that a count took away, but that was found after all, is reserved
       again first.
    3. Missing units lose their reservation and leave on_hand, with the reason. The order's value falls by their
       frozen share, staff get a task to count, the customer is notified. If nothing is left of the order, it is
       cancelled.

    Raises NotFound, Invalid (unknown SKU, too many), Conflict (invalid_state, not_reserved).
    """
    open_order = locking.load_by_fulfilment(tx, command.fulfilment_id, command.location_id)
    order, fulfilment = open_order.order, open_order.fulfilment(command.fulfilment_id)
    open_order.must_be(("placed", "picking"), ": there is nothing to pick.")
    lines = lock_lines(open_order, fulfilment)
    missing = Quantities.of((one.sku, one.quantity) for one in command.missing)
    _check(command.picked + missing, lines)
    if order.status == "placed":
        open_order.move_to("picking")
    for sku, units in command.picked.items():
        _pick_line(open_order, fulfilment, lines[sku], units)
    if command.picked:
        open_order.record(ORDER_PICKED, {"lines": dict(command.picked)}, fulfilment.location_id)
    if command.missing:
        _drop(open_order, fulfilment, command.missing, lines)
    return order.number


def _check(wanted: Quantities, lines: Lines) -> None:
    open_by_sku = open_units(lines.values())
    errors = {}
    for sku in wanted - open_by_sku:
        if sku not in lines:
            errors[sku] = "This item is not in the order: put it back and scan the right one."
        else:
            left = open_by_sku[sku]
            errors[sku] = f"Only {left} more belong to the order: put the rest back."
    if errors:
        raise Invalid("Some items do not belong to the order.", lines=errors)


def _pick_line(open_order: OpenOrder, fulfilment: Fulfilment, one: OpenLine, units: int) -> None:
    tx, line, reservation = open_order.tx, one.line, one.reservation
    found = max(units - (one.reserved - one.picked), 0)
    if found and not stock.reserve(
        tx.session, [WantedStock(fulfilment.location_id, line.variant_id, found)]
    ):
        raise Conflict(
            f"The last count says that {line.sku} is not here: count it, then pick it.",
            code="not_reserved",
        )
    if reservation is None:
        place = WantedStock(fulfilment.location_id, line.variant_id, units)
        reservations.add(tx, open_order.order.id, line.id, place, picked=units, expires_at=None)
        return
    reservation.quantity += found
    reservation.picked += units
    reservation.expires_at = None


def _drop(
    open_order: OpenOrder,
    fulfilment: Fulfilment,
    missing: Sequence[MissingUnits],
    lines: Lines,
) -> None:
    """Drop missing units from the order."""
    tx, order = open_order.tx, open_order.order
    before = order.cancelled
    dropped = Quantities.of((one.sku, one.quantity) for one in missing)
    payload: dict[str, Any] = {"lines": dict(dropped)}
    event_id = open_order.record(ORDER_ITEMS_UNAVAILABLE, payload, fulfilment.location_id)
    for sku, units in dropped.items():
        line = lines[sku].line
        step = money.share_step(line.total, order.currency)
        order.cancelled += money.share(
            line.total, line.quantity, line.quantity - line.cancelled - units, units, step
        )
        line.cancelled += units
    payload |= {"cancelled_before": before, "cancelled": order.cancelled}
    reservations.release(tx.session, _lose(tx, missing, lines, event_id), lost=True)
    _open_counts(tx, fulfilment, [lines[sku] for sku in dropped])
    nothing_left = all(line.cancelled == line.quantity for line in open_order.lines())
    if nothing_left:
        open_order.move_to("cancelled", amount=order.total - before)
        release_order(open_order)
    template: Template = "nothing_available" if nothing_left else "items_unavailable"
    notify.notify_customer(tx, order.id, event_id, template)


def _lose(
    tx: Transaction, missing: Sequence[MissingUnits], lines: Lines, event_id: UUID
) -> list[tuple[Reservation, int]]:
    """Write a movement for each reason, and return the units that lose their reservation.

    The missing units that are not reserved left on_hand already, when a count took them away.
    """
    reserved = unpicked_units(lines.values())
    lost: list[tuple[Reservation, int]] = []
    for one in missing:
        reservation = lines[one.sku].reservation
        units = min(one.quantity, reserved[one.sku])
        if reservation is None or not units:
            continue
        reserved -= Quantities({one.sku: units})
        lost.append((reservation, units))
        _write_loss(tx, reservation, units, one.reason, event_id)
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


def _open_counts(tx: Transaction, fulfilment: Fulfilment, lines: Sequence[OpenLine]) -> None:
    for one in lines:
        tx.insert(
            Task,
            kind="count", department="shop", location_id=fulfilment.location_id, due_at=tx.now,
            order_id=fulfilment.order_id, variant_id=one.line.variant_id, created_at=tx.now,
        )  # fmt: skip
