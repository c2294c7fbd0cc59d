"""Whatever happens to the money of orders, also at once, and however the provider fails: every invariant holds
after each step, and once it is quiet both sides tell the same and nobody's money is left over."""

from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from app.core.orders.paying.reconcile import differences
from tests import databases, make
from tests.fake_provider import FakeProvider
from tests.faults.money_happenings import PRICES, Happenings, Work
from tests.faults.test_model import ORDINARY
from tests.paying import expire, heed_notices, reconcile
from tests.rivals import at_once
from tests.shop import Shop

numbers = st.integers(0, 2**32 - 1)


class Money(RuleBasedStateMachine):
    def __init__(self, shop: Shop) -> None:
        super().__init__()
        open_again(shop)
        self.shop, self.step = shop, 0
        self.happenings = Happenings(shop, Random(), [])
        self.history: list[str] = []

    @rule(number=numbers)
    def something_happens(self, number: int) -> None:
        self.happens(number, 1)

    @rule(number=numbers)
    def two_things_happen_at_once(self, number: int) -> None:
        self.happens(number, 2)

    def happens(self, number: int, how_many: int) -> None:
        """By another random number at each step, since Hypothesis likes to draw the same."""
        self.step += 1
        self.happenings.chance = Random(f"{number} {self.step}")
        works = [self.happenings.any_of_all() for _ in range(how_many)]
        answers = at_once(*works)
        self.history.append(" and ".join(map(told, works, answers)))
        for answer in answers:
            assert not isinstance(answer, Exception), self.told_so_far()
            assert getattr(answer, "status_code", 200) < 500, self.told_so_far()

    def told_so_far(self) -> str:
        story = "\n".join(self.history)
        print(story)  # noqa: T201 - for whoever reads the failure
        return story

    @invariant()
    def every_invariant_holds(self) -> None:
        sound = self.shop.is_sound(recomputed=False)
        assert sound or self.shop.violations() == {}, self.told_so_far()

    def teardown(self) -> None:
        provider = self.shop.provider
        provider.before.clear()
        provider.after.clear()
        for _ in range(6):
            reconcile(self.shop)
            expire(self.shop)
            heed_notices(self.shop)
            self.happenings.catch_up_now()
        assert self.shop.rows(_UNSETTLED) == [], self.told_so_far()
        assert self.shop.rows(_LEFT_OVER) == [], self.told_so_far()
        with Session(self.shop.engine) as session:
            since = databases.TUESDAY_NOON - timedelta(days=1)
            assert list(differences(self.shop.performer, session, since)) == [], self.told_so_far()
        assert self.shop.is_sound() or self.shop.violations() == {}, self.told_so_far()


def told(work: Work, answer: Any) -> str:
    made: Any = work
    name = getattr(made, "func", made).__name__
    given = [getattr(one, "number", one) for one in getattr(made, "args", ())]
    said = repr(answer)
    if hasattr(answer, "status_code"):
        code = answer.get_json()["code"] if answer.status_code >= 400 else ""
        said = f"{answer.status_code} {code}"
    return f"{name} {given}: {said}"


def open_again(shop: Shop) -> None:
    """An empty shop with full shelves and a provider that knows nobody, at the beginning of time."""
    databases.empty(shop.app.config["SETTINGS"].database_url)
    shop.clock.at = databases.TUESDAY_NOON
    vars(shop.provider).update(vars(FakeProvider()))
    shop.app.extensions["ports"].jobs.queued.clear()
    with shop.engine.begin() as connection:
        make.make_stores(connection)
        make.make_clients(connection)
        for sku, price in PRICES.items():
            make.make_variant(connection, sku, price)
            make.make_stock(connection, sku, "lds", 1000, 0)


def live(shop: Shop, how: settings, lives: int) -> None:
    machine: Any = seed(lives)(partial(Money, shop))
    run_state_machine_as_test(machine, settings=how)


@pytest.mark.parametrize("part", range(2))
def test_money_adds_up_whatever_happens(shop: Shop, part: int) -> None:
    live(shop, settings(ORDINARY, max_examples=15, stateful_step_count=40), part)


@pytest.mark.soak
def test_soak_money_adds_up_whatever_happens(shop: Shop) -> None:
    how = settings(ORDINARY, max_examples=2000, stateful_step_count=60)
    live(shop, how, lives=Random().getrandbits(32))


_UNSETTLED = """
    SELECT o.number, a.kind, a.state FROM payment_attempts a JOIN orders o ON o.id = a.order_id
    WHERE a.state IN ('live', 'unknown')
"""
_LEFT_OVER = """
    SELECT o.number, o.state, o.total - o.cancelled - o.credited + o.added - o.paid AS due FROM orders o
    WHERE o.attention IS NULL AND (
        (o.state = 'collected' AND o.total - o.cancelled - o.credited + o.added <> o.paid)
        OR (o.state IN ('cancelled', 'expired') AND o.paid <> 0)
        OR (o.state IN ('cancelled', 'expired') AND EXISTS (
            SELECT FROM payments p WHERE p.order_id = o.id AND p.state IN ('open', 'authorised'))))
"""
