"""After any operations in any order, also simultaneous ones, the books agree with a model, and every invariant
holds.

Two simultaneous operations must end as if one of them had come first: in one order or the other, the model must
give both responses and the content of the books.
"""

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, text

from tests import databases
from tests.concurrency import at_once, deadlocks, meanwhile
from tests.data import rows
from tests.drivers.shop import Shop, seems_sound
from tests.faults import model_mutants
from tests.faults.model import SAFETY, SKUS, STORES, Level, Model
from tests.faults.next_operation import FULL, happening, rival
from tests.faults.operations import Counter, OfOrder, Operation, Wait
from tests.scale import sample, scaled

GATES = {
    "orders": "SELECT 1 FROM orders FOR UPDATE",
    "stock": "SELECT 1 FROM stock FOR NO KEY UPDATE",
    "": "SELECT 1",
}
"""Locks that two rivals wait for, so that both continue when the gate opens."""

numbers = st.integers(0, 2**32 - 1)


class Trade(RuleBasedStateMachine):
    def __init__(self, shop: Shop) -> None:
        super().__init__()
        open_again(shop)
        self.shop, self.counter = shop, Counter(shop)
        self.auditor = shop.reader.connect()  # kept, so that its long statement is planned once
        self.model = Model({(store, sku): Level(FULL) for store in STORES for sku in SKUS})
        self.step = 0
        self.history: list[str] = []

    @rule(number=numbers)
    def something_happens(self, number: int) -> None:
        self.happens(happening(self.model, self.chance(number)))

    @rule(number=numbers, gate=st.sampled_from(sorted(GATES)))
    def two_things_happen_at_once(self, number: int, gate: str) -> None:
        chance = self.chance(number)
        one = happening(self.model, chance)
        while isinstance(one, Wait):
            one = happening(self.model, chance)
        self.happen_at_once(one, rival(one, self.model, chance), gate)

    def chance(self, number: int) -> Random:
        """Return another number at each step, because Hypothesis likes to draw the same numbers."""
        self.step += 1
        return Random(f"{number} {self.step}")

    def told_so_far(self) -> str:
        """Return the story so far. It is also printed, because a lost race often does not repeat when
        Hypothesis runs it again."""
        story = "\n".join(self.history)
        print(story)  # noqa: T201 - for the reader of the failure
        return story

    def happens(self, operation: Operation) -> None:
        number = self.number_of(operation)
        expected, responded = operation.expect(self.model), operation.do(self.counter, number)
        self.history.append(f"{operation}: {responded}")
        assert responded == expected, self.told_so_far()
        self.resolve()

    def happen_at_once(self, one: Operation, other: Operation, gate: str) -> None:
        works = [self.work(operation) for operation in (one, other)]
        with self.gate(gate):
            answers = at_once(*works)
        self.history.append(f"{one} and {other} at once: {answers}")
        self.model = self.as_if_in_turn((one, other), answers)
        self.resolve()

    def work(self, operation: Operation) -> Callable[[], str]:
        number = self.number_of(operation)
        return lambda: operation.do(self.counter, number)

    @contextmanager
    def gate(self, gate: str) -> Iterator[None]:
        """Lock the gate, and open it a moment after the block began."""
        with self.shop.engine.connect() as keeper:
            keeper.execute(text(GATES[gate]))
            with meanwhile(partial(self.open_soon, keeper, 0.01 if gate else 0)):
                yield

    def open_soon(self, keeper: Connection, seconds: float) -> None:
        time.sleep(seconds)
        keeper.rollback()

    def number_of(self, operation: Operation) -> str:
        return operation.of(self.model).number if isinstance(operation, OfOrder) else ""

    def as_if_in_turn(self, pair: tuple[Operation, Operation], answers: list[Any]) -> Model:
        """Return the model after the order of events that explains the responses and the books."""
        found = self.books()
        possible = []
        for turn in ((0, 1), (1, 0)):
            model = copy.deepcopy(self.model)
            expected = {index: pair[index].expect(model) for index in turn}
            possible.append((expected[0], expected[1], reported(model)))
            if possible[-1] == (*answers, found):
                return model
        raise AssertionError(f"{self.told_so_far()}\nleft {found}, not one of {possible}")

    def resolve(self) -> None:
        """Learn the numbers of new orders, and which of two simultaneous reservations is newer."""
        known = {order.number for order in self.model.orders}
        for new in self.shop.fulfilments():
            if new.order_number not in known:
                lines = {
                    line.sku: line.quantity for line in self.shop.order_lines(new.order_number)
                }
                order = next(
                    one for one in self.model.orders
                    if not one.number and one.store == new.location
                    and {sku: line.quantity for sku, line in one.lines.items()} == lines
                )  # fmt: skip
                order.number = new.order_number
        by_number = {order.number: order for order in self.model.orders}
        for rank, promise in enumerate(self.shop.reservations(status="live")):
            by_number[promise.order_number].lines[promise.sku].since = rank
        self.model.promises = len(SKUS) * len(by_number)

    def books(self) -> Any:
        return (
            {
                (level.location, level.sku): [level.on_hand, level.reserved, level.has_movements]
                for level in self.shop.stock_levels()
            },
            sorted(self.shop.picked_lines()),
            sorted(
                (task.location, task.order_status, task.kind)
                for task in self.shop.open_tasks()
                if task.kind in ("pick", "hand_over", "restock")
            ),
        )

    @invariant()
    def the_books_agree_with_the_model(self) -> None:
        assert self.books() == reported(self.model), self.told_so_far()

    @invariant()
    def every_invariant_holds(self) -> None:
        sound = seems_sound(self.auditor)
        assert sound or self.shop.violations() == {}, self.told_so_far()

    def teardown(self) -> None:
        """At the end of a life, recompute everything: no written row changes by itself."""
        self.auditor.close()
        assert self.shop.is_sound() or self.shop.violations() == {}, self.told_so_far()


def reported(model: Model) -> Any:
    """Return the model in the form of the books. Orders are compared by content, not by number, because new
    orders have no number in the model yet."""
    return (
        {
            (store, sku): [level.on_hand, model.reserved(store, sku), level.moved]
            for (store, sku), level in model.stock.items()
        },
        sorted(
            (
                order.store, order.status, order.arrived,
                sku, line.quantity, line.cancelled, line.promised, line.picked,
            )
            for order in model.orders for sku, line in order.lines.items()
        ),
        sorted((order.store, order.status, task) for order in model.orders for task in order.tasks),
    )  # fmt: skip


def open_again(shop: Shop) -> None:
    """Return an empty shop with full shelves, at the beginning of time."""
    databases.empty(shop.app.config["SETTINGS"].database_url)
    shop.clock.at = databases.TUESDAY_NOON
    with shop.engine.begin() as connection:
        rows.make_stores(connection)
        rows.make_clients(connection)
        for price, sku in enumerate(SKUS, start=333):
            rows.make_variant(connection, sku, price)
            for store in STORES:
                rows.make_stock(connection, sku, store, FULL, SAFETY[sku])


ORDINARY = settings(
    max_examples=scaled(50, 10), stateful_step_count=50, derandomize=False, deadline=None, print_blob=True,
    suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
)  # fmt: skip
SEEDED = settings(
    ORDINARY, max_examples=200, stateful_step_count=30, phases=[Phase.explicit, Phase.generate]
)
LONG = settings(ORDINARY, max_examples=5000, stateful_step_count=100)


def trade(shop: Shop, how: settings, lives: int = 0) -> None:
    """Run a shop for a number of lives; `lives` seeds Hypothesis: the same lives each time."""
    machine: Any = seed(lives)(partial(Trade, shop))
    run_state_machine_as_test(machine, settings=how)


@pytest.mark.parametrize("part", sample(range(4), 1))
def test_the_books_agree_with_the_model(shop: Shop, part: int) -> None:
    """200 lives of 50 steps, in parts that can run side by side; 10 lives in a quick run."""
    before = deadlocks(shop.engine)
    trade(shop, ORDINARY, part)
    assert deadlocks(shop.engine) == before


@pytest.mark.soak
def test_soak_the_books_agree_with_the_model(shop: Shop) -> None:
    trade(shop, LONG, lives=Random().getrandbits(32))


def finds_a_seeded_bug(shop: Shop) -> bool:
    try:
        trade(shop, SEEDED)
    except (AssertionError, Flaky):
        return True
    return False


@pytest.mark.parametrize("bug", sample(model_mutants.PLAIN, 1), ids=lambda bug: bug.__name__)
def test_a_seeded_bug_is_found(
    shop: Shop, bug: model_mutants.Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    assert finds_a_seeded_bug(shop)


@pytest.mark.soak
@pytest.mark.parametrize("bug", model_mutants.RACE_BUGS, ids=lambda bug: bug.__name__)
def test_soak_a_seeded_race_is_found(
    shop: Shop, bug: model_mutants.Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    assert finds_a_seeded_bug(shop)
