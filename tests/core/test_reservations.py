"""Reservations: all of a cart or nothing, never more than available, released once."""

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


def test_a_reservation_lowers_the_available_stock(stocked: Shop) -> None:
    assert reserve(stocked, places(stocked, ("A", 2), ("B", 1)))
    assert stocked.levels("A") == Levels(5, 2, 3)
    assert stocked.levels("B") == Levels(2, 1, 0)
    assert stocked.levels("A", "yrk") == Levels(3, 0, 3)


@pytest.mark.parametrize(
    "short", [("B", 2), ("A", 6)], ids=["the safety stock", "more than there is"]
)
def test_one_short_line_prevents_the_whole_reservation(
    stocked: Shop, short: tuple[str, int]
) -> None:
    other = ("A", 1) if short[0] == "B" else ("B", 1)
    assert not reserve(stocked, places(stocked, other, short))
    assert stocked.levels("A") == Levels(5, 0, 5)
    assert stocked.levels("B") == Levels(2, 0, 1)


def test_a_variant_without_a_stock_row_cannot_be_reserved(stocked: Shop) -> None:
    stocked.stock("NOWHERE", 100)
    assert not reserve(stocked, places(stocked, ("A", 1), ("NOWHERE", 1)))


def test_a_waiting_transaction_sees_the_stock_that_the_earlier_one_left(stocked: Shop) -> None:
    with Session(stocked.engine) as first:
        assert stock.reserve(first, places(stocked, ("A", 4)))
        with meanwhile(lambda: reserve(stocked, places(stocked, ("A", 2)))) as second:
            wait_for_a_lock(stocked.engine)
            first.commit()
        assert second.result() is False
    assert stocked.levels("A") == Levels(5, 4, 1)


def test_a_waiting_transaction_gets_the_stock_that_the_earlier_one_gave_up(stocked: Shop) -> None:
    with Session(stocked.engine) as first:
        assert stock.reserve(first, places(stocked, ("A", 4)))
        with meanwhile(lambda: reserve(stocked, places(stocked, ("A", 2)))) as second:
            wait_for_a_lock(stocked.engine)
            first.rollback()
        assert second.result() is True
    assert stocked.levels("A") == Levels(5, 2, 3)


def test_carts_with_the_same_items_in_opposite_order_do_not_deadlock(stocked: Shop) -> None:
    stocked.change("UPDATE stock SET on_hand = 1000")
    forth = places(stocked, ("A", 1), ("B", 1))
    works = [lambda order=order: reserve(stocked, order) for order in (forth, forth[::-1]) * 4]
    for _ in range(10):
        assert at_once(*works) == [True] * 8
    assert stocked.levels("A") == Levels(1000, 80, 920)


@pytest.mark.parametrize("change", [(0, 6), (-1, 5), (0, -1)], ids=str)
def test_the_table_refuses_a_reservation_that_would_oversell(
    stocked: Shop, change: tuple[int, int]
) -> None:
    ((location, variant, _),) = places(stocked, ("A", 1))
    with Session(stocked.engine) as session, pytest.raises(IntegrityError, match="stock_reserved"):
        stock.adjust(session, [StockChange(location, variant, *change)])


def order_of(shop: Shop, **lines: int) -> UUID:
    placed = shop.order(lines)
    return shop.order_id(placed)


def test_a_part_is_released_and_the_rest_stays_reserved(stocked: Shop) -> None:
    order_id = order_of(stocked, A=3)
    with Session(stocked.engine) as session:
        (held,) = reservations.lock(session, order_id)
        reservations.release(session, [(held, 1)])
        session.commit()
    assert stocked.levels("A") == Levels(5, 2, 3)
    assert [(one.quantity, one.status) for one in stocked.reservations()] == [(2, "live")]
    assert stocked.violations() == {}


def test_two_parts_of_one_reservation_are_released_together(stocked: Shop) -> None:
    order_id = order_of(stocked, A=3)
    with Session(stocked.engine) as session:
        (held,) = reservations.lock(session, order_id)
        reservations.release(session, [(held, 1), (held, 2)])
        session.commit()
    assert stocked.levels("A") == Levels(5, 0, 5)
    assert [(one.quantity, one.status) for one in stocked.reservations()] == [(0, "released")]


def test_reservations_are_read_again_after_the_lock_wait(stocked: Shop) -> None:
    """A rival releases the reservation while we wait for its stock row: it must not be released twice."""
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


def test_a_cart_that_lost_a_race_is_told_of_the_lost_item_only(stocked: Shop) -> None:
    """The cart wants all of A and the last B. B goes to a rival between our read and our reservation: the
    response must not count our own unfinished reservation of A as another order's."""
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


def test_units_found_later_are_reserved_in_the_order_of_their_locks(stocked: Shop) -> None:
    """Two orders lost A and B to a count; both were found, and are picked in opposite order at once."""
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
