"""One use case, one transaction: all of it or nothing, and again from the start after a lost race."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from app.config import ROOT
from app.core import batch
from app.core.carts.models import Cart
from app.core.errors import Conflict, InvalidCode
from app.core.event_kinds import event
from app.core.ids import new_id
from app.core.transaction import (
    ATTEMPTS,
    Actor,
    CommittedRefusal,
    Transaction,
    UseCaseRunner,
)
from tests.concurrency import at_once, deadlocks
from tests.drivers.shop import Shop

TEST_DONE = event("test.done", "run", optional="note")
CORE = ROOT / "app" / "core"


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
        tx.record(TEST_DONE, {"run": self.runs})
        tx.ports.jobs.enqueue(tx.session, "send_notification", template=f"run {self.runs}")
        tx.write()
        if self.runs <= self.times:
            self.fail(tx)
        return "done"


def raises(status: str, constraint: str = "") -> Callable[[Transaction], object]:
    """Make PostgreSQL itself raise an error of this SQLSTATE."""
    using = f"ERRCODE = '{status}'" + (f", CONSTRAINT = '{constraint}'" if constraint else "")
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
def test_a_lost_race_is_run_again_and_keeps_nothing_of_the_first_run(
    shop: Shop, lost: Callable[[Transaction], object]
) -> None:
    work = Failing(lost, times=2)
    assert shop.runner.perform(work, None) == "done"
    assert work.runs == 3
    assert len({id(tx.session) for tx in work.seen}) == 3
    assert done(shop) == [3]
    assert shop.reported == ["run 3"]


@pytest.mark.parametrize("lost", LOST_RACES.values(), ids=LOST_RACES)
def test_a_use_case_that_keeps_losing_gives_up(
    shop: Shop, lost: Callable[[Transaction], object]
) -> None:
    work = Failing(lost, times=ATTEMPTS)
    with pytest.raises((DBAPIError, StaleDataError)):
        shop.runner.perform(work, None)
    assert work.runs == ATTEMPTS
    assert done(shop) == []


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_an_error_that_a_rerun_would_not_cure_is_not_run_again(
    shop: Shop, fault: Callable[[Transaction], object]
) -> None:
    work = Failing(fault, times=1)
    with pytest.raises(DBAPIError):
        shop.runner.perform(work, None)
    assert work.runs == 1
    assert (done(shop), shop.reported) == ([], [])


def crosswise(shop: Shop, first: int, then: int) -> str:
    """Take two locks, with enough time between them for a rival to take the second one."""

    def use_case(tx: Transaction, _: None) -> str:
        tx.session.execute(_LOCK, {"lock": first})
        tx.session.execute(text("SELECT pg_sleep(0.2)"))
        tx.session.execute(_LOCK, {"lock": then})
        tx.record(TEST_DONE, {"run": first})
        return "done"

    return shop.runner.perform(use_case, None)


def test_after_a_real_deadlock_both_use_cases_complete(shop: Shop) -> None:
    before = deadlocks(shop.engine)
    both = at_once(lambda: crosswise(shop, 1, 2), lambda: crosswise(shop, 2, 1))
    assert both == ["done", "done"]
    assert sorted(done(shop)) == [1, 2]
    assert deadlocks(shop.engine) > before


def test_a_refusal_is_committed_and_then_raised(shop: Shop) -> None:
    def use_case(tx: Transaction, _: None) -> str | CommittedRefusal[str]:
        tx.record(TEST_DONE, {"run": 1})
        tx.ports.jobs.enqueue(tx.session, "send_notification", template="refused")
        return CommittedRefusal(InvalidCode("No."))

    with pytest.raises(InvalidCode):
        shop.runner.perform(use_case, None)
    assert (done(shop), shop.reported) == ([1], ["refused"])


def test_nothing_is_written_or_queued_after_an_exception(shop: Shop) -> None:
    def use_case(tx: Transaction, _: None) -> None:
        tx.record(TEST_DONE, {"run": 1})
        tx.write()
        tx.ports.jobs.enqueue(tx.session, "send_notification", template="never")
        tx.record(TEST_DONE, {"run": 2})
        raise Conflict("Not now.", "invalid_state")

    with pytest.raises(Conflict):
        shop.runner.perform(use_case, None)
    assert (done(shop), shop.reported) == ([], [])


def test_an_event_has_its_actor_channel_and_time(shop: Shop) -> None:
    till = shop.device("York till")
    actor = Actor("staff", "pos", id=till.id, device_id=till.id, location_id=till.location_id)
    shop.runner.perform(lambda tx, _: tx.record(TEST_DONE, {"run": 1}), None, actor)
    done_event = shop.event("test.done")
    assert (done_event.actor_kind, done_event.sales_channel) == ("staff", "pos")
    assert (done_event.actor_id, done_event.device_id) == (till.id, till.id)
    assert (done_event.location_id, done_event.occurred_at) == (till.location_id, shop.clock.now())


def test_rows_are_written_together_in_any_order_of_their_tables(shop: Shop) -> None:
    shop.stock("A", 100)
    variant = shop.variant_id("A")

    def use_case(tx: Transaction, _: None) -> None:
        cart = tx.insert(
            Cart, client_id=client, sales_channel="web", currency="GBP", created_at=tx.now,
            last_activity_at=tx.now,
        )  # fmt: skip
        tx.rows = {
            "cart_lines": [{"cart_id": cart, "variant_id": variant, "quantity": 2}],
            **tx.rows,
        }

    client = shop.web_client_id()
    shop.runner.perform(use_case, None)
    assert shop.cart_quantities() == [2]


def test_rows_of_one_table_that_name_different_columns_are_refused(shop: Shop) -> None:
    """Only the first row's columns are written: values of other columns would be lost silently."""
    rows = [{"id": 1, "name": "a"}, {"id": 2, "name": "b", "email": "b@example.com"}]
    with shop.runner.sessions() as session, pytest.raises(ValueError, match="contacts"):
        batch.insert(session, {"contacts": rows})


_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")


@pytest.mark.parametrize(("wait_limit", "started"), [(60.0, 3), (0.0, 1)])
def test_no_further_action_starts_after_the_wait_limit(
    shop: Shop, wait_limit: float, started: int
) -> None:
    calls: list[UUID] = []
    runner = replace(
        shop.runner, actions={"note": lambda _, id: calls.append(id)}, wait_limit=wait_limit
    )
    ids = [new_id() for _ in range(3)]

    def use_case(tx: Transaction, _: None) -> None:
        for id in ids:
            tx.after_commit("note", id)

    runner.perform(use_case, None)
    assert calls == ids[:started]


def test_the_outcomes_of_actions_are_those_of_the_committed_run(shop: Shop) -> None:
    """An action that fails or is not registered is left for a job: the commit stands."""

    def fails(_: UseCaseRunner, __: UUID) -> None:
        raise RuntimeError

    runs: list[dict[str, UUID]] = []

    def use_case(tx: Transaction, _: None) -> str:
        ids = {name: new_id() for name in ("count", "fails", "unknown")}
        for name, id in ids.items():
            tx.after_commit(name, id)
        runs.append(ids)
        if len(runs) == 1:
            is_stale(tx)
        return "done"

    counts: list[UUID] = []

    def count(_: UseCaseRunner, id: UUID) -> int:
        counts.append(id)
        return len(counts)

    runner = replace(shop.runner, actions={"count": count, "fails": fails})
    performed = runner.run(use_case, None)
    last = runs[-1]["count"]
    assert (performed.result, dict(performed.outcomes), counts) == ("done", {last: 1}, [last])


def test_a_committed_refusal_is_raised_after_its_actions(shop: Shop) -> None:
    calls: list[UUID] = []

    def use_case(tx: Transaction, _: None) -> str | CommittedRefusal[str]:
        tx.after_commit("note", new_id())
        return CommittedRefusal(InvalidCode("No."))

    runner = replace(shop.runner, actions={"note": lambda _, id: calls.append(id)})
    with pytest.raises(InvalidCode):
        runner.perform(use_case, None)
    assert len(calls) == 1


def test_an_event_has_the_payload_that_its_kind_declares(shop: Shop) -> None:
    shop.runner.perform(lambda tx, _: tx.record(TEST_DONE, {"run": 1, "note": 2}), None)
    assert done(shop) == [1]
    for payload in ({}, {"run": 1, "other": 2}):
        with pytest.raises(ValueError, match=r"test\.done"):
            shop.runner.perform(lambda tx, wrong: tx.record(TEST_DONE, wrong), payload)


def test_these_unique_indexes_mean_a_lost_race(shop: Shop) -> None:
    assert shop.runner.retryable == {
        "orders_number_key", "identities_verified_idx", "carts_open_idx", "users_email_key",
        "shifts_open_idx", "legal_entities_code_key",
    }  # fmt: skip


def test_each_action_that_the_core_names_is_registered(shop: Shop) -> None:
    source = "\n".join(path.read_text() for path in CORE.rglob("*.py"))
    named = set(re.findall(r"\.after_commit\(\s*\"(\w+)\"", source))
    assert named == set(shop.runner.actions)
