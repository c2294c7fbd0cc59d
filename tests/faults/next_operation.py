"""Draw the next operation: mostly one that fits the present state, sometimes one that does not.

It uses a random number that Hypothesis draws, and not Hypothesis' own strategies: simultaneous operations end in
either order, and the drawn data must not depend on that.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from tests.faults import operations as ops
from tests.faults.model import PICKABLE, SKUS, STORES, WAITING, Model, Order
from tests.faults.operations import OfOrder, Operation

FULL = 8
"""Units on each shelf at the start."""

SUITS: dict[type[OfOrder], Callable[[Order, Model], bool]] = {
    ops.PickGoods: lambda order, _: order.status in PICKABLE and _open(order),
    ops.MakeReady: lambda order, _: order.status in PICKABLE and not _open(order),
    ops.Collect: lambda order, _: order.status == "ready",
    ops.Cancel: lambda order, _: order.status in WAITING,
    ops.ComeIn: lambda order, _: order.status in WAITING and not order.arrived,
    ops.Expire: lambda order, model: order.status in WAITING and order.collect_by <= model.now,
    ops.Remind: lambda order, model: (
        order.status == "ready" and order.remind_at is not None and order.remind_at <= model.now
    ),
    ops.PutGoodsBack: lambda order, _: "restock" in order.tasks,
    ops.BringBack: lambda order, _: order.status == "expired",
}
LIKELY = {
    ops.PickGoods: 6,
    ops.MakeReady: 6,
    ops.Collect: 4,
    ops.Expire: 8,
    ops.BringBack: 3,
    ops.Remind: 3,
}
"""How much likelier these are than others, so that orders make progress."""
SELDOM = 0.1
"""How often an operation that does not fit is tried."""
WAITS = (timedelta(minutes=20), timedelta(days=3), timedelta(days=8))


def _open(order: Order) -> bool:
    return any(line.open for line in order.lines.values())


def happening(model: Model, chance: Random) -> Operation:
    if not model.orders or chance.random() < 0.25:
        return new_order(chance)
    if chance.random() < 0.25:
        return about_stock(chance)
    if chance.random() < 0.2:
        return ops.Wait(chance.choice(WAITS))
    suited = [
        (kind, index)
        for kind, suits in SUITS.items()
        for index, order in enumerate(model.orders)
        if suits(order, model)
    ]
    if not suited or chance.random() < SELDOM:
        return to_order(model, chance, chance.randrange(len(model.orders)))
    kind, index = chance.choices(suited, [LIKELY.get(kind, 1) for kind, _ in suited])[0]
    return operation(kind, model, chance, index)


def rival(one: Operation, model: Model, chance: Random) -> Operation:
    """Return a simultaneous operation: on the same order, or on the same shelf."""
    if isinstance(one, OfOrder) and chance.random() < 0.7:
        return to_order(model, chance, model.orders.index(one.of(model)))
    return about_stock(chance) if chance.random() < 0.5 else new_order(chance)


def to_order(model: Model, chance: Random, index: int) -> Operation:
    return operation(chance.choice(list(SUITS)), model, chance, index)


def new_order(chance: Random) -> Operation:
    skus = chance.sample(SKUS, chance.randint(1, len(SKUS)))
    return ops.Place(chance.choice(STORES), {sku: chance.randint(1, 4) for sku in skus})


def about_stock(chance: Random) -> Operation:
    store, sku, on_hand = chance.choice(STORES), chance.choice(SKUS), chance.randint(0, FULL + 2)
    if chance.random() < 0.5:
        return ops.CountStock(store, sku, on_hand)
    return ops.ReadStock(store, sku, on_hand, as_count=chance.random() < 0.5)


def operation(kind: type[OfOrder], model: Model, chance: Random, index: int) -> Operation:
    order = model.orders[index]
    if kind is ops.PickGoods:
        return pick(order, chance, index)
    if kind is ops.Collect:
        return ops.Collect(index, right_code=chance.random() < 0.8)
    if kind is ops.PutGoodsBack:
        held = {sku: line.promised for sku, line in order.lines.items() if line.promised}
        part = {
            sku: chance.randint(1, units) for sku, units in held.items() if chance.random() < 0.5
        }
        return ops.PutGoodsBack(index, {"A": 9} if chance.random() < SELDOM else part)
    return kind(index)


def pick(order: Order, chance: Random, index: int) -> Operation:
    """Pick all open units, or some of them, or some of them short; rarely one too many."""
    picked: dict[str, int] = {}
    short: dict[str, int] = {}
    for sku, line in order.lines.items():
        left = max(line.open, 0)
        take = left if chance.random() < 0.6 else chance.randint(0, left)
        lack = (left - take) if chance.random() < 0.5 else 0
        lack += chance.random() < SELDOM / 2
        picked |= {sku: take} if take else {}
        short |= {sku: lack} if lack else {}
    return ops.PickGoods(index, picked, short)
