"""The expected books: a shop of plain numbers, in which nothing happens at the same time.

Each method does the same as the use case of its name, and returns its expected result: "ok", or the code of its
refusal. It states the rules a second time, in the plainest words, so that the two can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.core.catalogue.models import Location
from app.core.fulfilment.verify_pickup_code import ATTEMPTS, ATTEMPTS_PER_CODE, WINDOW
from app.core.orders import pickup
from tests import databases
from tests.data import rows

STORES, SKUS, SAFETY = ("lds", "yrk"), ("A", "B"), {"A": 0, "B": 1}
PICKABLE, WAITING, ENDED = (
    ("placed", "picking"),
    ("placed", "picking", "ready"),
    ("expired", "cancelled"),
)
STORE = Location(
    name="any", timezone="Europe/London", hours=rows.WEEK, holidays={}, preparation_minutes=120,
    collect_days=5, reminder_days=3,
)  # fmt: skip


@dataclass
class Level:
    on_hand: int
    moved: bool = False


@dataclass
class Line:
    quantity: int
    since: int
    """The order in which the reservations were made."""
    cancelled: int = 0
    promised: int = 0
    """Includes picked units."""
    picked: int = 0

    @property
    def open(self) -> int:
        return self.quantity - self.cancelled - self.picked


@dataclass
class Order:
    store: str
    lines: dict[str, Line]
    collect_by: datetime
    number: str = ""
    status: str = "placed"
    was_ready: bool = False
    remind_at: datetime | None = None
    arrived: bool = False
    tries: int = 0
    tries_since: datetime | None = None
    tries_total: int = 0
    codes: int = 0

    @property
    def tasks(self) -> set[str]:
        if self.status in PICKABLE:
            return {"pick"}
        if self.status == "ready" and self.arrived:
            return {"hand_over"}
        waiting = self.status in ENDED and any(line.promised for line in self.lines.values())
        return {"restock"} if waiting else set()


@dataclass
class Model:
    stock: dict[tuple[str, str], Level]
    now: datetime = databases.TUESDAY_NOON
    orders: list[Order] = field(default_factory=list)
    promises: int = 0

    def lines_at(self, store: str, sku: str) -> list[Line]:
        here = [order for order in self.orders if order.store == store]
        return [order.lines[sku] for order in here if sku in order.lines]

    def reserved(self, store: str, sku: str) -> int:
        return sum(line.promised for line in self.lines_at(store, sku))

    def available(self, store: str, sku: str) -> int:
        return self.stock[store, sku].on_hand - self.reserved(store, sku) - SAFETY[sku]

    def promise(self, line: Line, units: int) -> None:
        if line.promised == 0 and units:
            self.promises += 1
            line.since = self.promises
        line.promised += units

    def leave(self, store: str, sku: str, units: int) -> None:
        level = self.stock[store, sku]
        level.on_hand -= units
        level.moved = level.moved or units != 0

    # Actions of shoppers.

    def place(self, store: str, wanted: Mapping[str, int]) -> str:
        if any(self.available(store, sku) < units for sku, units in wanted.items()):
            return "insufficient_stock"
        lines = {sku: Line(units, 0) for sku, units in wanted.items()}
        self.orders.append(Order(store, lines, pickup.promise(STORE, self.now).collect_by))
        for line in lines.values():
            self.promise(line, line.quantity)
        return "ok"

    def arrive(self, order: Order) -> str:
        if order.status not in WAITING:
            return "invalid_state"
        order.arrived = True
        return "ok"

    def cancel(self, order: Order) -> str:
        if order.status not in WAITING:
            return "invalid_state"
        self._end(order, "cancelled")
        for line in order.lines.values():
            line.cancelled = line.quantity
        return "ok"

    def _end(self, order: Order, status: str) -> None:
        order.status = status
        for line in order.lines.values():
            line.promised = line.picked

    # Actions of staff.

    def pick(self, order: Order, picked: Mapping[str, int], short: Mapping[str, int]) -> str:
        if order.status not in PICKABLE:
            return "invalid_state"
        for sku, line in order.lines.items():
            if picked.get(sku, 0) + short.get(sku, 0) > line.open:
                return "invalid"
        found = {
            sku: units - (order.lines[sku].promised - order.lines[sku].picked)
            for sku, units in picked.items()
        }
        if any(
            units > 0 and self.available(order.store, sku) < units for sku, units in found.items()
        ):
            return "not_reserved"
        order.status = "picking"
        for sku, units in picked.items():
            self.promise(order.lines[sku], max(found[sku], 0))
            order.lines[sku].picked += units
        for sku, units in short.items():
            self._drop(order, sku, units)
        if all(line.cancelled == line.quantity for line in order.lines.values()):
            order.status = "cancelled"
        return "ok"

    def _drop(self, order: Order, sku: str, units: int) -> None:
        line = order.lines[sku]
        lost = min(units, line.promised - line.picked)
        line.promised -= lost
        line.cancelled += units
        self.leave(order.store, sku, lost)

    def ready(self, order: Order) -> str:
        if order.status not in PICKABLE:
            return "invalid_state"
        if any(line.open for line in order.lines.values()):
            return "not_picked"
        order.status, order.was_ready = "ready", True
        order.collect_by, order.remind_at = pickup.collection_times(STORE, self.now)
        return "ok"

    def hand_over(self, order: Order, right_code: bool) -> str:
        if order.status != "ready":
            return "already_collected" if order.status == "collected" else "invalid_state"
        refused = self._check_code(order, right_code)
        if refused:
            return refused
        order.status = "collected"
        for sku, line in order.lines.items():
            self.leave(order.store, sku, line.promised)
            line.promised = line.picked = 0
        return "ok"

    def _check_code(self, order: Order, right: bool) -> str:
        if order.tries_since is None or self.now - order.tries_since >= WINDOW:
            order.tries, order.tries_since = 0, self.now
        elif order.tries >= ATTEMPTS:
            return "too_many_attempts"
        if right:
            return ""
        order.tries += 1
        order.tries_total += 1
        if order.tries_total == ATTEMPTS_PER_CODE:
            order.tries_total, order.codes = 0, order.codes + 1
        return "invalid_pickup_code"

    def restock(self, order: Order, units: Mapping[str, int]) -> str:
        if order.status not in ENDED:
            return "invalid_state"
        held = {sku: line for sku, line in order.lines.items() if line.promised}
        if not held:
            return "nothing_to_restock"
        units = units or {sku: line.promised for sku, line in held.items()}
        if any(sku not in held or back > held[sku].promised for sku, back in units.items()):
            return "invalid"
        for sku, back in units.items():
            held[sku].promised -= back
            held[sku].picked -= back
        return "ok"

    def reinstate(self, order: Order) -> str:
        if order.status != "expired":
            return "invalid_state"
        lacking = {
            sku: line.quantity - line.cancelled - line.promised for sku, line in order.lines.items()
        }
        if any(
            units and self.available(order.store, sku) < units for sku, units in lacking.items()
        ):
            return "out_of_stock"
        for sku, units in lacking.items():
            self.promise(order.lines[sku], units)
            order.lines[sku].picked += units if order.was_ready else 0
        if order.was_ready:
            order.status = "ready"
            order.collect_by, order.remind_at = pickup.collection_times(STORE, self.now)
        else:
            order.status, order.collect_by = "placed", pickup.promise(STORE, self.now).collect_by
        return "ok"

    # Stock that is counted or imported.

    def count(self, store: str, sku: str, on_hand: int) -> str:
        level, before = self.stock[store, sku], self.stock[store, sku].on_hand
        missing = self._set_on_hand(store, sku, on_hand)
        level.moved = level.moved or level.on_hand != before
        return f"{int(on_hand != before)} changed, {missing} missing"

    def import_stock(self, store: str, sku: str, on_hand: int, as_count: bool) -> str:
        level, before = self.stock[store, sku], self.stock[store, sku].on_hand
        if level.moved and not as_count:
            return "left alone"
        missing = self._set_on_hand(store, sku, on_hand)
        level.moved = False
        return f"{int(on_hand != before)} changed, {missing} missing"

    def _set_on_hand(self, store: str, sku: str, on_hand: int) -> int:
        """Return how many reserved units are missing."""
        if on_hand == self.stock[store, sku].on_hand:
            return 0
        lacking = taken = max(self.reserved(store, sku) - on_hand, 0)
        for line in sorted(self.lines_at(store, sku), key=lambda line: -line.since):
            lost = min(lacking, line.promised - line.picked)
            line.promised -= lost
            lacking -= lost
        self.stock[store, sku].on_hand = on_hand + lacking
        return taken

    # Effects of time.

    def expire(self, order: Order) -> str:
        if order.status not in WAITING or order.collect_by > self.now:
            return "False"
        order.arrived = False
        self._end(order, "expired")
        return "True"

    def remind(self, order: Order) -> str:
        if order.status != "ready" or order.remind_at is None or order.remind_at > self.now:
            return "False"
        order.remind_at = None
        return "True"

    def wait(self, time: timedelta) -> str:
        self.now += time
        return "ok"
