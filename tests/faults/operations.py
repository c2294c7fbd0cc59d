"""The operations in the shop, each twice: in the model, and by the use case on a real database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from app.core.checkout.place_order import ContactDetails, PlaceOrder, place_order
from app.core.errors import DomainError
from app.core.fulfilment.arrive import Arrive, arrive
from app.core.fulfilment.cancel import CancelOrder, cancel
from app.core.fulfilment.expire import ExpireOrder, expire
from app.core.fulfilment.hand_over import HandOver, hand_over
from app.core.fulfilment.mark_ready import MarkReady, mark_ready
from app.core.fulfilment.pick import MissingUnits, Pick, pick
from app.core.fulfilment.reinstate import Reinstate, reinstate
from app.core.fulfilment.remind import RemindShopper, remind
from app.core.fulfilment.restock import Restock, restock
from app.core.inventory.import_stock import ImportStock, StockRow, import_stock
from app.core.inventory.stock_count import RecordCount, record_count
from app.core.orders.pickup import pickup_code
from app.core.payments.counter_tenders import CashPayment
from app.core.quantities import Quantities
from app.core.transaction import SYSTEM, Actor
from tests.drivers.shop import Shop
from tests.faults.model import Model, Order
from tests.reads.orders import Fulfilment

ADA = ContactDetails("Ada Byron", "ada@example.com")
NAMES = {"lds": "Leeds", "yrk": "York"}


class Counter:
    """The real shop, called like its channels call it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.stores = {location.code: location.id for location in shop.location_records()}
        self.staff = {
            one.location_id: Actor(
                "staff", "pos", id=one.id, device_id=one.id, location_id=one.location_id
            )
            for one in shop.devices()
        }

    def fulfilment(self, number: str) -> Fulfilment:
        (fulfilment,) = self.shop.fulfilments(number)
        return fulfilment

    def perform(self, use_case: Callable[..., Any], command: Any, actor: Actor = SYSTEM) -> Any:
        """Return the result of the use case, or the code of its refusal."""
        try:
            return self.shop.runner.perform(use_case, command, actor)
        except DomainError as refused:
            return Refused(refused.code)

    def at_store(
        self, use_case: Callable[..., Any], command: type, number: str, *details: Any
    ) -> str:
        known = self.fulfilment(number)
        made = command(known.id, known.location_id, *details)
        return done(self.perform(use_case, made, self.staff[known.location_id]))


class Refused(str):
    """The code of a refusal."""

    __slots__ = ()


def done(answer: Any) -> str:
    return str(answer) if isinstance(answer, Refused) else "ok"


@dataclass(frozen=True)
class Operation:
    def expect(self, model: Model) -> str:
        raise NotImplementedError

    def do(self, counter: Counter, number: str) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class Place(Operation):
    store: str
    wanted: Mapping[str, int]

    def expect(self, model: Model) -> str:
        return model.place(self.store, self.wanted)

    def do(self, counter: Counter, number: str) -> str:
        (cart,) = counter.shop.carts([self.wanted], self.store)
        command = PlaceOrder(cart["id"], cart["quote"]["total"], ADA, None, "en-GB", "1")
        return done(counter.perform(place_order, command))


@dataclass(frozen=True)
class OfOrder(Operation):
    """An operation on the `order`-th order, counted in a circle."""

    order: int

    def of(self, model: Model) -> Order:
        return model.orders[self.order % len(model.orders)]


@dataclass(frozen=True)
class PickGoods(OfOrder):
    picked: Mapping[str, int]
    short: Mapping[str, int]

    def expect(self, model: Model) -> str:
        order = self.of(model)
        return model.pick(order, _own(self.picked, order), _own(self.short, order))

    def do(self, counter: Counter, number: str) -> str:
        skus = {line.sku for line in counter.shop.order_lines(number)}
        picked = Quantities({sku: units for sku, units in self.picked.items() if sku in skus})
        missing = tuple(
            MissingUnits(sku, units, "gone") for sku, units in self.short.items() if sku in skus
        )
        return counter.at_store(pick, Pick, number, picked, missing)


@dataclass(frozen=True)
class MakeReady(OfOrder):
    def expect(self, model: Model) -> str:
        return model.ready(self.of(model))

    def do(self, counter: Counter, number: str) -> str:
        return counter.at_store(mark_ready, MarkReady, number)


@dataclass(frozen=True)
class Collect(OfOrder):
    right_code: bool

    def expect(self, model: Model) -> str:
        return model.hand_over(self.of(model), self.right_code)

    def do(self, counter: Counter, number: str) -> str:
        known = counter.fulfilment(number)
        code = pickup_code(counter.shop.runner.ports.secrets, number, known.code_number)
        order = counter.shop.order_record(number)
        due = order.total - order.cancelled - order.paid
        payments = (CashPayment(due, due),) if due else ()
        command = HandOver(
            number, known.location_id, code if self.right_code else "wrong", None, payments
        )
        return done(counter.perform(hand_over, command, counter.staff[known.location_id]))


@dataclass(frozen=True)
class PutGoodsBack(OfOrder):
    units: Mapping[str, int]
    """Empty: all units."""

    def expect(self, model: Model) -> str:
        return model.restock(self.of(model), self.units)

    def do(self, counter: Counter, number: str) -> str:
        units = Quantities(self.units) if self.units else None
        return counter.at_store(restock, Restock, number, units)


@dataclass(frozen=True)
class BringBack(OfOrder):
    def expect(self, model: Model) -> str:
        return model.reinstate(self.of(model))

    def do(self, counter: Counter, number: str) -> str:
        return counter.at_store(reinstate, Reinstate, number)


@dataclass(frozen=True)
class Cancel(OfOrder):
    def expect(self, model: Model) -> str:
        return model.cancel(self.of(model))

    def do(self, counter: Counter, number: str) -> str:
        return done(counter.perform(cancel, CancelOrder(number)))


@dataclass(frozen=True)
class ComeIn(OfOrder):
    def expect(self, model: Model) -> str:
        return model.arrive(self.of(model))

    def do(self, counter: Counter, number: str) -> str:
        return done(counter.perform(arrive, Arrive(number)))


@dataclass(frozen=True)
class Expire(OfOrder):
    def expect(self, model: Model) -> str:
        return model.expire(self.of(model))

    def do(self, counter: Counter, number: str) -> str:
        return str(counter.perform(expire, ExpireOrder(counter.shop.order_id(number))))


@dataclass(frozen=True)
class Remind(OfOrder):
    def expect(self, model: Model) -> str:
        return model.remind(self.of(model))

    def do(self, counter: Counter, number: str) -> str:
        return str(counter.perform(remind, RemindShopper(counter.shop.order_id(number))))


@dataclass(frozen=True)
class CountStock(Operation):
    store: str
    sku: str
    on_hand: int

    def expect(self, model: Model) -> str:
        return model.count(self.store, self.sku, self.on_hand)

    def do(self, counter: Counter, number: str) -> str:
        command = RecordCount(counter.stores[self.store], {self.sku: self.on_hand})
        outcome = counter.perform(record_count, command)
        return f"{outcome.changed} changed, {outcome.shortfalls} missing"


@dataclass(frozen=True)
class ReadStock(Operation):
    store: str
    sku: str
    on_hand: int
    as_count: bool

    def expect(self, model: Model) -> str:
        return model.import_stock(self.store, self.sku, self.on_hand, self.as_count)

    def do(self, counter: Counter, number: str) -> str:
        row = StockRow(2, self.sku, NAMES[self.store], self.on_hand)
        outcome = counter.perform(import_stock, ImportStock([row], self.as_count))
        if outcome.skipped:
            return "left alone"
        changed, missing = (outcome.counts[name].written for name in ("rows", "shortfalls"))
        return f"{changed} changed, {missing} missing"


@dataclass(frozen=True)
class Wait(Operation):
    time: timedelta
    about: ClassVar[str] = "the clock of the whole shop"

    def expect(self, model: Model) -> str:
        return model.wait(self.time)

    def do(self, counter: Counter, number: str) -> str:
        counter.shop.clock.advance(self.time)
        return "ok"


def _own(units: Mapping[str, int], order: Order) -> dict[str, int]:
    return {sku: count for sku, count in units.items() if sku in order.lines}
