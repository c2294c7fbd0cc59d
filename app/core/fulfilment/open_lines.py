"""The lines of a fulfilment with their live reservations."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.inventory.models import Reservation
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment, Line
from app.core.quantities import Quantities


@dataclass(frozen=True)
class OpenLine:
    line: Line
    reservation: Reservation | None
    """None if nothing of the line is reserved any more."""

    @property
    def remaining(self) -> int:
        """The units that were not cancelled."""
        return self.line.quantity - self.line.cancelled

    @property
    def reserved(self) -> int:
        """Picked units included."""
        return self.reservation.quantity if self.reservation else 0

    @property
    def picked(self) -> int:
        return self.reservation.picked if self.reservation else 0

    @property
    def open(self) -> int:
        """The units that are neither picked nor cancelled."""
        return self.remaining - self.picked


def lock_lines(open_order: OpenOrder, fulfilment: Fulfilment) -> dict[str, OpenLine]:
    """Lock the order's stock and reservations, and return the lines of the fulfilment by SKU."""
    lines = open_order.lines(fulfilment)
    reservations = {row.line_id: row for row in open_order.lock_reservations()}
    return {line.sku: OpenLine(line, reservations.get(line.id)) for line in lines}


def open_units(lines: Iterable[OpenLine]) -> Quantities:
    return Quantities.of((one.line.sku, one.open) for one in lines)


def picked_units(lines: Iterable[OpenLine]) -> Quantities:
    return Quantities.of((one.line.sku, one.picked) for one in lines)


def unpicked_units(lines: Iterable[OpenLine]) -> Quantities:
    """Return the units that are reserved and not picked."""
    return Quantities.of((one.line.sku, one.reserved - one.picked) for one in lines)
