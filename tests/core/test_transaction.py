"""One use case, one transaction: all of it or nothing, and again from the start when it lost a race."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from app.core import batch
from app.core.errors import Conflict, WrongCode
from app.core.ids import new_id
from app.core.transaction import ATTEMPTS, Actor, Refusal, Transaction
from tests.rivals import at_once, deadlocks
from tests.shop import Shop


@dataclass
class Failing:
    """A use case that records an event and queues a job, but fails the first times it runs."""

    fail: Callable[[Transaction], object]
    times: int
    runs: int = 0
    seen: list[Transaction] = field(default_factory=list)

    def __call__(self, tx: Transaction, _: None) -> str:
        self.runs += 1
        self.seen.append(tx)
        tx.record("test.done", {"run": self.runs})
        tx.ports.jobs.put(tx.session, "tell", template=f"run {self.runs}")
        tx.write()
        if self.runs <= self.times:
            self.fail(tx)
        return "done"


def raises(state: str, constraint: str = "") -> Callable[[Transaction], object]:
    """PostgreSQL itself raises an error of this SQLSTATE."""
    using = f"ERRCODE = '{state}'" + (f", CONSTRAINT = '{constraint}'" if constraint else "")
    statement = text(f"DO $$ BEGIN RAISE EXCEPTION 'as planned' USING {using}; END $$")
    return lambda tx: tx.session.execute(statement)


def is_stale(_: Transaction) -> None:
    raise StaleDataError("UPDATE matched no row")


def done(shop: Shop) -> list[int]:
    return [int(payload["run"]) for payload in shop.payloads("test.done")]


LOST_RACES = {
    "a deadlock": raises("40P01"),
    "a serialisation failure": raises("40001"),
    "a stale version": is_stale,
    "a number drawn twice": raises("23505", "orders_number_key"),
}
FAULTS = {
    "another unique constraint": raises("23505", "variants_sku_key"),
    "a check": raises("23514"),
    "a foreign key": raises("23503"),
    "a statement that took too long": raises("57014"),
    "a lock that came too late": raises("55P03"),
    "a division by zero": raises("22012"),
}


@pytest.mark.parametrize("lost", LOST_RACES.values(), ids=LOST_RACES)
def test_a_lost_race_is_run_again_and_leaves_nothing_of_the_first_try(
    shop: Shop, lost: Callable[[Transaction], object]
) -> None:
    work = Failing(lost, times=2)
    assert shop.performer.perform(work, None) == "done"
    assert work.runs == 3
    assert len({id(tx.session) for tx in work.seen}) == 3
    assert done(shop) == [3]
    assert shop.told == ["run 3"]


@pytest.mark.parametrize("lost", LOST_RACES.values(), ids=LOST_RACES)
def test_who_keeps_losing_gives_up(shop: Shop, lost: Callable[[Transaction], object]) -> None:
    work = Failing(lost, times=ATTEMPTS)
    with pytest.raises((DBAPIError, StaleDataError)):
        shop.performer.perform(work, None)
    assert work.runs == ATTEMPTS
    assert done(shop) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_running_again_would_not_cure_is_not_run_again(
    shop: Shop, fault: Callable[[Transaction], object]
) -> None:
    work = Failing(fault, times=1)
    with pytest.raises(DBAPIError):
        shop.performer.perform(work, None)
    assert work.runs == 1
    assert (done(shop), shop.told) == ([], [])


def crosswise(shop: Shop, first: int, then: int) -> str:
    """Take two locks, with enough time between them for a rival to take the second one."""

    def use_case(tx: Transaction, _: None) -> str:
        tx.session.execute(_LOCK, {"lock": first})
        tx.session.execute(text("SELECT pg_sleep(0.2)"))
        tx.session.execute(_LOCK, {"lock": then})
        tx.record("test.done", {"run": first})
        return "done"

    return shop.performer.perform(use_case, None)


def test_a_real_deadlock_ends_with_both_done(shop: Shop) -> None:
    before = deadlocks(shop.engine)
    both = at_once(lambda: crosswise(shop, 1, 2), lambda: crosswise(shop, 2, 1))
    assert both == ["done", "done"]
    assert sorted(done(shop)) == [1, 2]
    assert deadlocks(shop.engine) > before


def test_a_refusal_is_committed_and_then_raised(shop: Shop) -> None:
    def use_case(tx: Transaction, _: None) -> str | Refusal[str]:
        tx.record("test.done", {"run": 1})
        tx.ports.jobs.put(tx.session, "tell", template="refused")
        return Refusal(WrongCode("No."))

    with pytest.raises(WrongCode):
        shop.performer.perform(use_case, None)
    assert (done(shop), shop.told) == ([1], ["refused"])


def test_nothing_is_written_or_queued_after_an_exception(shop: Shop) -> None:
    def use_case(tx: Transaction, _: None) -> None:
        tx.record("test.done", {"run": 1})
        tx.write()
        tx.ports.jobs.put(tx.session, "tell", template="never")
        tx.record("test.done", {"run": 2})
        raise Conflict("Not now.")

    with pytest.raises(Conflict):
        shop.performer.perform(use_case, None)
    assert (done(shop), shop.told) == ([], [])


def test_an_event_says_who_did_it_through_what_and_when(shop: Shop) -> None:
    till = shop.device("York till")
    actor = Actor("staff", "pos", id=till.id, device_id=till.id, location_id=till.location_id)
    shop.performer.perform(lambda tx, _: tx.record("test.done", {"run": 1}), None, actor)
    event = shop.event("test.done")
    assert (event.actor_kind, event.sales_channel) == ("staff", "pos")
    assert (event.actor_id, event.device_id) == (till.id, till.id)
    assert (event.location_id, event.occurred_at) == (till.location_id, shop.clock.now())


def test_rows_are_written_together_whatever_the_order_of_their_tables(shop: Shop) -> None:
    shop.stock("A", 100)
    variant = shop.variant_id("A")

    def use_case(tx: Transaction, _: None) -> None:
        cart = tx.insert(
            "carts", client_id=client, sales_channel="web", currency="GBP", created_at=tx.now,
            last_activity_at=tx.now,
        )  # fmt: skip
        tx.rows = {
            "cart_lines": [{"cart_id": cart, "variant_id": variant, "quantity": 2}],
            **tx.rows,
        }

    client = shop.web_client_id()
    shop.performer.perform(use_case, None)
    assert shop.cart_quantities() == [2]


def test_rows_of_one_table_that_name_different_columns_are_refused(shop: Shop) -> None:
    """Only the first row's columns are written: what another names besides would be lost in silence."""
    rows = [{"id": 1, "name": "a"}, {"id": 2, "name": "b", "email": "b@example.com"}]
    with shop.performer.sessions() as session, pytest.raises(ValueError, match="contacts"):
        batch.insert(session, {"contacts": rows})


_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")


@pytest.mark.parametrize(("waits", "asked"), [(60.0, 3), (0.0, 1)])
def test_who_waits_for_an_answer_does_not_wait_for_a_slow_provider_again_and_again(
    shop: Shop, waits: float, asked: int
) -> None:
    calls: list[UUID] = []
    performer = replace(
        shop.performer, carry_out=lambda _, attempt: calls.append(attempt), waits=waits
    )
    performer.perform(lambda tx, _: tx.afterwards.extend(new_id() for _ in range(3)), None)
    assert len(calls) == asked
