"""Promises: all of a cart or nothing of it, never more than there is, given back once."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.inventory import reservations, stock
from app.core.inventory.stock import StockChange, WantedStock
from tests.concurrency import at_once, deadlocks, meanwhile, wait_for_a_lock
from tests.drivers.shop import Shop
from tests.reads.stock import Levels


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("A", 100, lds=5, yrk=3)
    shop.stock("B", 100, safety=1, lds=2)
    return shop


def places(shop: Shop, *wanted: tuple[str, int]) -> list[WantedStock]:
    leeds = shop.location_id("lds")
    return [WantedStock(leeds, shop.variant_id(sku), quantity) for sku, quantity in wanted]


def reserve(shop: Shop, wanted: Sequence[WantedStock]) -> bool:
    with Session(shop.engine) as session:
        reserved = stock.reserve(session, wanted)
        if reserved:
            session.commit()
        return reserved


def test_a_promise_lowers_what_is_available(stocked: Shop) -> None:
    assert reserve(stocked, places(stocked, ("A", 2), ("B", 1)))
    assert stocked.levels("A") == Levels(5, 2, 3)
    assert stocked.levels("B") == Levels(2, 1, 0)
    assert stocked.levels("A", "yrk") == Levels(3, 0, 3)


@pytest.mark.parametrize(
    "short", [("B", 2), ("A", 6)], ids=["the safety stock", "more than there is"]
)
def test_one_short_line_and_nothing_is_promised(stocked: Shop, short: tuple[str, int]) -> None:
    other = ("A", 1) if short[0] == "B" else ("B", 1)
    assert not reserve(stocked, places(stocked, other, short))
    assert stocked.levels("A") == Levels(5, 0, 5)
    assert stocked.levels("B") == Levels(2, 0, 1)


def test_what_has_no_stock_row_cannot_be_promised(stocked: Shop) -> None:
    stocked.stock("NOWHERE", 100)
    assert not reserve(stocked, places(stocked, ("A", 1), ("NOWHERE", 1)))


def test_who_waited_sees_what_the_one_before_left(stocked: Shop) -> None:
    with Session(stocked.engine) as first:
        assert stock.reserve(first, places(stocked, ("A", 4)))
        with meanwhile(lambda: reserve(stocked, places(stocked, ("A", 2)))) as second:
            wait_for_a_lock(stocked.engine)
            first.commit()
        assert second.result() is False
    assert stocked.levels("A") == Levels(5, 4, 1)


def test_what_the_one_before_gave_up_is_had(stocked: Shop) -> None:
    with Session(stocked.engine) as first:
        assert stock.reserve(first, places(stocked, ("A", 4)))
        with meanwhile(lambda: reserve(stocked, places(stocked, ("A", 2)))) as second:
            wait_for_a_lock(stocked.engine)
            first.rollback()
        assert second.result() is True
    assert stocked.levels("A") == Levels(5, 2, 3)


def test_carts_that_name_the_same_items_crosswise_do_not_deadlock(stocked: Shop) -> None:
    stocked.change("UPDATE stock SET on_hand = 1000")
    forth = places(stocked, ("A", 1), ("B", 1))
    works = [lambda order=order: reserve(stocked, order) for order in (forth, forth[::-1]) * 4]
    for _ in range(10):
        assert at_once(*works) == [True] * 8
    assert stocked.levels("A") == Levels(1000, 80, 920)


@pytest.mark.parametrize("change", [(0, 6), (-1, 5), (0, -1)], ids=str)
def test_the_table_itself_refuses_what_would_oversell(
    stocked: Shop, change: tuple[int, int]
) -> None:
    ((location, variant, _),) = places(stocked, ("A", 1))
    with Session(stocked.engine) as session, pytest.raises(IntegrityError, match="stock_reserved"):
        stock.adjust(session, [StockChange(location, variant, *change)])


def order_of(shop: Shop, **lines: int) -> UUID:
    placed = shop.order(lines)
    return shop.order_id(placed)


def test_a_part_is_given_back_and_the_rest_stays_promised(stocked: Shop) -> None:
    order_id = order_of(stocked, A=3)
    with Session(stocked.engine) as session:
        (held,) = reservations.lock(session, order_id)
        reservations.release(session, [(held, 1)])
        session.commit()
    assert stocked.levels("A") == Levels(5, 2, 3)
    assert [(one.quantity, one.status) for one in stocked.reservations()] == [(2, "live")]
    assert stocked.violations() == {}


def test_two_parts_of_one_promise_are_given_back_together(stocked: Shop) -> None:
    order_id = order_of(stocked, A=3)
    with Session(stocked.engine) as session:
        (held,) = reservations.lock(session, order_id)
        reservations.release(session, [(held, 1), (held, 2)])
        session.commit()
    assert stocked.levels("A") == Levels(5, 0, 5)
    assert [(one.quantity, one.status) for one in stocked.reservations()] == [(0, "released")]


def test_what_was_held_is_seen_as_it_is_after_the_wait(stocked: Shop) -> None:
    """A rival gives the promise back while we wait for its stock row: it must not be given back twice."""
    order_id = order_of(stocked, A=3)

    def release_all() -> int:
        with Session(stocked.engine) as session:
            held = reservations.lock(session, order_id)
            reservations.release(session, [(row, row.quantity) for row in held])
            session.commit()
            return len(held)

    with Session(stocked.engine) as first:
        held = reservations.lock(first, order_id)
        with meanwhile(release_all) as second:
            wait_for_a_lock(stocked.engine)
            reservations.release(first, [(row, row.quantity) for row in held])
            first.commit()
        assert second.result() == 0
    assert stocked.levels("A") == Levels(5, 0, 5)


def test_a_cart_that_lost_a_race_hears_of_the_lost_item_only(stocked: Shop) -> None:
    """All of A and the last B are wanted. B goes to a rival between our look and our promise: the answer
    must not count our own unfinished reservation of A as another order's."""
    cart = stocked.cart({"A": 5, "B": 1})
    with stocked.engine.connect() as rival:
        rival.execute(text("UPDATE stock SET reserved = 1 WHERE safety_stock = 1"))
        with meanwhile(lambda: stocked.checkout(cart)) as checkout:
            wait_for_a_lock(stocked.engine)
            rival.commit()
        answer = checkout.result()
    assert answer.status_code == 409
    assert [line["sku"] for line in answer.get_json()["errors"]["lines"]] == ["B"]
    assert stocked.levels("A") == Levels(5, 0, 5)
    assert stocked.order_records() == []


def count(shop: Shop, units: int) -> None:
    lines = [{"sku": sku, "quantity": units} for sku in "AB"]
    assert shop.staff("POST", "counts", {"lines": lines}).status_code == 200


def test_units_found_after_all_are_reserved_in_the_order_of_their_locks(stocked: Shop) -> None:
    """Two orders lost A and B to a count; both were found, and are picked crosswise at once."""
    before = deadlocks(stocked.engine)
    for _ in range(10):
        count(stocked, 100)
        picks = []
        for skus in ("AB", "BA"):
            path = f"fulfilments/{stocked.fulfilment(stocked.order({'A': 1, 'B': 1}))}/picks"
            body = {"lines": [{"sku": sku, "quantity": 1} for sku in skus]}
            picks.append(partial(stocked.staff, "POST", path, body))
        count(stocked, 0)
        count(stocked, 100)
        with stocked.engine.connect() as holder:
            holder.execute(text("SELECT 1 FROM stock FOR NO KEY UPDATE"))
            with meanwhile(partial(at_once, *picks)) as both:
                wait_for_a_lock(stocked.engine, 2)
                holder.rollback()
        assert [answer.status_code for answer in both.result()] == [200, 200]
    assert deadlocks(stocked.engine) == before
