"""A count or an import sets the stock. If it is too low, unpicked reservations lose units, the newest first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.inventory.import_stock import ImportStock, StockRow, import_stock
from app.core.inventory.set_on_hand import CountOutcome
from app.core.inventory.stock_count import RecordCount, record_count
from tests.concurrency import meanwhile, wait_for_a_lock
from tests.drivers.shop import Placed, Shop
from tests.reads.stock import Levels


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 800, lds=10)
    return shop


def count_mugs(shop: Shop, units: int) -> CountOutcome:
    return shop.runner.perform(record_count, RecordCount(location(shop, "lds"), {"MUG": units}))


def location(shop: Shop, code: str) -> UUID:
    return shop.location_id(code)


def import_mugs(shop: Shop, units: int, as_count: bool = False) -> CountOutcome | None:
    """Return the outcome of set_on_hand; None for a row that was left unchanged."""
    command = ImportStock([StockRow(2, "MUG", "Leeds", units)], as_count)
    outcome = shop.runner.perform(import_stock, command)
    if outcome.skipped:
        return None
    rows, missing = outcome.counts["rows"], outcome.counts["shortfalls"].created
    return CountOutcome(rows.written, rows.unchanged, (), missing)


TAKE = {"count": count_mugs, "import": import_mugs}


def orders(shop: Shop, *units: int) -> list[Placed]:
    """Place orders of mugs, a minute apart, the oldest first."""
    placed = []
    for wanted in units:
        placed.append(shop.order({"MUG": wanted}))
        shop.clock.advance(timedelta(minutes=1))
    return placed


def promised(shop: Shop, placed: Placed) -> tuple[int, int]:
    """Return (reserved, picked) of the order's live reservations."""
    live = shop.reservations(placed, status="live")
    return sum(one.quantity for one in live), sum(one.picked for one in live)


def open_tasks(shop: Shop, kind: str) -> list[str | None]:
    return [task.order_number for task in shop.open_tasks(kind)]


@pytest.mark.parametrize("take", TAKE.values(), ids=TAKE)
def test_free_units_are_removed_before_reserved_ones(stocked: Shop, take) -> None:
    (placed,) = orders(stocked, 4)
    assert take(stocked, 4) == CountOutcome(1, 0, (), 0)
    assert stocked.levels("MUG") == Levels(4, 4, 0)
    assert promised(stocked, placed) == (4, 0)
    assert stocked.shortfalls() == []
    assert stocked.violations() == {}


@pytest.mark.parametrize(("cause", "take"), TAKE.items(), ids=TAKE)
def test_the_newest_unpicked_reservation_loses_first_and_each_loss_is_recorded(
    stocked: Shop, cause: str, take
) -> None:
    first, second, third = orders(stocked, 3, 3, 3)
    assert take(stocked, 4) == CountOutcome(1, 0, (), 5)
    assert stocked.levels("MUG") == Levels(4, 4, 0)
    assert [promised(stocked, one) for one in (first, second, third)] == [(3, 0), (1, 0), (0, 0)]
    assert stocked.shortfalls() == [(second.number, 2, cause), (third.number, 3, cause)]
    assert sorted(map(str, open_tasks(stocked, "shortfall"))) == sorted(
        [second.number, third.number]
    )
    assert stocked.violations() == {}


@pytest.mark.parametrize("take", TAKE.values(), ids=TAKE)
def test_picked_goods_stay_reserved_even_for_the_newest_order(stocked: Shop, take) -> None:
    old, new = orders(stocked, 4, 4)
    stocked.pick(new, {"MUG": 3})
    take(stocked, 5)
    assert promised(stocked, old) == (2, 0)
    assert promised(stocked, new) == (3, 3)
    assert stocked.levels("MUG") == Levels(5, 5, 0)
    assert stocked.violations() == {}


@pytest.mark.parametrize("take", TAKE.values(), ids=TAKE)
def test_a_count_below_the_picked_units_is_unresolved(stocked: Shop, take) -> None:
    ready, waiting = orders(stocked, 4, 2)
    stocked.make_ready(ready)
    assert take(stocked, 1) == CountOutcome(1, 0, (), 5)
    assert stocked.levels("MUG") == Levels(4, 4, 0)
    assert promised(stocked, ready) == (4, 4)
    assert [(number, units) for number, units, _ in stocked.shortfalls()] == [
        (waiting.number, 2),
        (None, 3),
    ]
    assert open_tasks(stocked, "count") == [None]
    assert stocked.violations() == {}


def test_the_next_count_resolves_it_and_then_negative_stock_is_a_violation_again(
    stocked: Shop,
) -> None:
    (ready,) = orders(stocked, 4)
    stocked.make_ready(ready)
    count_mugs(stocked, 1)
    assert stocked.shortfalls() == [(None, 3, "count")]
    with oversold(stocked):
        assert "I7" not in stocked.violations()
    assert count_mugs(stocked, 4) == CountOutcome(0, 1, (), 0)
    assert (stocked.shortfalls(), open_tasks(stocked, "count")) == ([], [])
    assert stocked.violations() == {}
    with oversold(stocked):
        assert "I7" in stocked.violations()


@contextmanager
def oversold(shop: Shop) -> Iterator[None]:
    """Simulate for a moment that more was sold than there was."""
    shop.change("UPDATE stock SET on_hand = -5, reserved = 0")
    yield
    shop.change("UPDATE stock SET on_hand = 4, reserved = 4")


def test_a_second_unresolved_count_leaves_only_its_own_shortfall_and_task(stocked: Shop) -> None:
    (ready,) = orders(stocked, 4)
    stocked.make_ready(ready)
    count_mugs(stocked, 1)
    count_mugs(stocked, 2)
    assert stocked.shortfalls() == [(None, 2, "count")]
    assert open_tasks(stocked, "count") == [None]
    assert stocked.violations() == {}


def test_of_two_simultaneous_counts_the_later_one_sees_the_unresolved_earlier_one(
    stocked: Shop,
) -> None:
    (ready,) = orders(stocked, 4)
    stocked.make_ready(ready)
    with stocked.engine.connect() as holder:
        holder.execute(_LOCK_MUGS)
        with meanwhile(lambda: count_mugs(stocked, 1)), meanwhile(lambda: count_mugs(stocked, 1)):
            wait_for_a_lock(stocked.engine, 2)
            holder.rollback()
    assert stocked.shortfalls() == [(None, 3, "count")]
    assert open_tasks(stocked, "count") == [None]


def test_an_unresolved_count_elsewhere_or_of_another_item_stays(stocked: Shop) -> None:
    stocked.stock("LAMP", 2400, lds=10)
    (ready,) = orders(stocked, 4)
    stocked.make_ready(ready)
    count_mugs(stocked, 1)
    stocked.runner.perform(record_count, RecordCount(location(stocked, "lds"), {"LAMP": 10}))
    stocked.runner.perform(record_count, RecordCount(location(stocked, "yrk"), {"MUG": 0}))
    assert stocked.shortfalls() == [(None, 3, "count")]


def test_a_count_that_confirms_the_stock_changes_nothing(stocked: Shop) -> None:
    orders(stocked, 3)
    before = stocked.count("events")
    assert count_mugs(stocked, 10) == CountOutcome(0, 1, (), 0)
    assert stocked.count("events") == before


def test_goods_found_by_a_count_are_free(stocked: Shop) -> None:
    assert count_mugs(stocked, 12) == CountOutcome(1, 0, (), 0)
    assert stocked.levels("MUG") == Levels(12, 0, 12)


def test_a_count_of_an_item_new_to_the_store_creates_its_row(stocked: Shop) -> None:
    stocked.runner.perform(record_count, RecordCount(location(stocked, "yrk"), {"MUG": 7}))
    assert stocked.levels("MUG", "yrk") == Levels(7, 0, 7)
    assert stocked.violations() == {}


def test_a_count_closes_the_task_that_requested_it(stocked: Shop) -> None:
    (placed,) = orders(stocked, 3)
    stocked.pick(placed, {"MUG": 2}, MUG=1)
    assert open_tasks(stocked, "count") == [placed.number]
    count_mugs(stocked, 9)
    assert open_tasks(stocked, "count") == []


def test_an_import_skips_rows_that_moved_since_the_last_one(stocked: Shop) -> None:
    assert import_mugs(stocked, 8) == CountOutcome(1, 0, (), 0)
    (placed,) = orders(stocked, 2)
    stocked.make_ready(placed)
    stocked.hand_over(placed, 1600)
    assert stocked.levels("MUG") == Levels(6, 0, 6)
    assert import_mugs(stocked, 8) is None
    assert stocked.levels("MUG") == Levels(6, 0, 6)
    assert import_mugs(stocked, 8, as_count=True) == CountOutcome(1, 0, (), 0)
    assert import_mugs(stocked, 5) == CountOutcome(1, 0, (), 0), "since then nothing has moved"
    assert stocked.violations() == {}


@pytest.mark.parametrize("as_count", [False, True])
def test_a_reservation_alone_is_no_movement(stocked: Shop, as_count: bool) -> None:
    (placed,) = orders(stocked, 2)
    assert import_mugs(stocked, 9, as_count) == CountOutcome(1, 0, (), 0)
    assert promised(stocked, placed) == (2, 0)


def test_an_import_as_count_that_finds_the_same_units_resets_the_row_for_imports(
    stocked: Shop,
) -> None:
    count_mugs(stocked, 9)
    assert import_mugs(stocked, 9) is None
    assert import_mugs(stocked, 9, as_count=True) == CountOutcome(0, 1, (), 0)
    assert import_mugs(stocked, 4) == CountOutcome(1, 0, (), 0)


def test_a_missing_unit_that_is_found_can_be_picked(stocked: Shop) -> None:
    (placed,) = orders(stocked, 3)
    count_mugs(stocked, 1)
    refused = stocked.pick(placed, {"MUG": 3})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_reserved")
    count_mugs(stocked, 5)
    assert stocked.make_ready(placed).status_code == 200
    assert promised(stocked, placed) == (3, 3)
    assert (stocked.shortfalls(), open_tasks(stocked, "shortfall")) == ([], [])
    assert stocked.violations() == {}


def test_an_ended_order_leaves_no_open_shortfall(stocked: Shop) -> None:
    (placed,) = orders(stocked, 3)
    count_mugs(stocked, 1)
    stocked.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    assert (stocked.shortfalls(), open_tasks(stocked, "shortfall")) == ([], [])
    assert stocked.levels("MUG") == Levels(1, 0, 1)
    assert stocked.violations() == {}


def test_a_count_waits_for_a_pick_and_then_spares_the_picked_units(stocked: Shop) -> None:
    """The pick is done but not committed: a count in between must not take the goods out of the basket."""
    old, new = orders(stocked, 4, 4)
    with stocked.engine.connect() as picking:
        picking.execute(_LOCK_MUGS)
        picking.execute(_PICK_ALL, {"number": new.number})
        with meanwhile(lambda: count_mugs(stocked, 6)) as counting:
            wait_for_a_lock(stocked.engine)
            picking.commit()
        assert counting.result() == CountOutcome(1, 0, (), 2)
    assert promised(stocked, old) == (2, 0)
    assert promised(stocked, new) == (4, 4)


_LOCK_MUGS = text("SELECT 1 FROM stock FOR NO KEY UPDATE")
_PICK_ALL = text("""
    UPDATE reservations r SET picked = r.quantity, expires_at = NULL FROM orders o
    WHERE o.id = r.order_id AND o.number = :number
""")
