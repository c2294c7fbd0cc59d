"""Each invariant finds the bug that a test plants, at the place where it was planted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.cli.check import ROOMS, check_invariants
from app.core.privacy.erasure import EraseCustomer, erase_customer
from tests.core.violations import STOCK, Violation
from tests.core.violations_of_access import ACCESS
from tests.core.violations_of_invoices import INVOICES
from tests.core.violations_of_money import MONEY
from tests.core.violations_of_orders import OPERATION, ORDERS
from tests.core.violations_of_people import PEOPLE
from tests.core.violations_of_prices import PRICES
from tests.drivers import customers, invoices, staff
from tests.drivers.catalogue import done
from tests.drivers.shop import Placed, Shop, new_key, open_shop

VIOLATIONS = [*MONEY, *STOCK, *ORDERS, *INVOICES, *PRICES, *ACCESS, *PEOPLE, *OPERATION]
LEDGERS = (
    "events", "event_seals", "stock_movements", "payment_events", "prices", "customer_merges", "consents",
    "stored_value_entries", "drawer_entries", "documents",
)  # fmt: skip


@pytest.fixture(scope="module")
def books(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Return a shop with an order in each status. The changes of each test are rolled back."""
    with open_shop(server, "books", tmp_path_factory.mktemp("books")) as shop:
        trade(shop)
        know(shop)
        shop.seal()
        yield shop


def trade(shop: Shop) -> None:
    """Place one order in each status, one of them short of a unit; the goods of two wait to be restocked."""
    shop.stock("MUG", 833, lds=20)
    shop.stock("LAMP", 2499, lds=20)
    shop.stock("SPARE", 100, lds=5)
    shop.promote(
        "amount", {"amount": 500}, uses_limit=10, limit_per_customer=1, conditions={"coupon": True}
    )
    shop.change("UPDATE coupons SET uses_limit = 3")
    promoted = shop.checkout(shop.with_coupon(shop.cart({"MUG": 3, "LAMP": 2}))).get_json()
    collected = Placed(
        promoted["number"], promoted["token"], promoted["fulfilments"][0]["code"], promoted
    )
    shop.pick(collected, {"MUG": 2, "LAMP": 2}, MUG=1)
    due = shop.make_ready(collected).get_json()["amount_due"]
    assert shop.hand_over(collected, due).status_code == 200
    invoiced(shop, collected)
    expired = shop.order({"MUG": 2, "LAMP": 1})
    shop.make_ready(expired)
    shop.change("UPDATE fulfilments SET collect_by = now() WHERE status = 'ready'")
    expire(shop, expired)
    cancelled = shop.order({"MUG": 2})
    shop.pick(cancelled, {"MUG": 1})
    shop.call("POST", f"/api/v1/orders/{cancelled.number}/cancel", cancelled.token, key=new_key())
    shop.make_ready(shop.order({"LAMP": 2, "MUG": 1}))
    shop.order({"MUG": 1})
    shop.cart({"MUG": 1})
    staff.hire(shop, "7", "manager")
    staff.invite(shop, "ada@shop.example", "prices", "stock")


def invoiced(shop: Shop, collected: Placed) -> None:
    """Give the order an invoice and a credit note."""
    invoices.set_up(shop)
    body = {"amount": 77, "reason": "scratched"}
    assert shop.staff("POST", f"orders/{collected.number}/refunds", body).status_code == 201
    assert invoices.issue(shop) == 2


def know(shop: Shop) -> None:
    """Create a customer who consents to offers, one merged into them, and one who was erased."""
    stays, merged, erased = (customers.add(shop) for _ in range(3))
    done(shop, "PATCH", f"customers/{stays}", {"tags": ["stays"]})
    done(shop, "PATCH", f"customers/{merged}", {"tags": ["merged"]})
    customers.merge(shop, stays, merged)
    stated = {"purpose": "offers", "contact_channel": "email", "given": True, "text_version": "1"}
    done(shop, "PUT", f"customers/{stays}/consents", stated)
    shop.runner.perform(erase_customer, EraseCustomer(UUID(erased)))


def expire(shop: Shop, placed: Placed) -> None:
    from app.core.fulfilment.expire import ExpireOrder
    from app.core.fulfilment.expire import expire as use_case

    assert shop.runner.perform(use_case, ExpireOrder(shop.order_id(placed)))


def broken(books: Shop, change: str, found: str) -> tuple[dict[tuple[str, str], Any], list[str]]:
    """Return the violations after the change, and the expected ones; then roll the change back."""
    with books.engine.connect() as connection:
        for table in LEDGERS:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in filter(str.strip, change.split(";")):
            connection.exec_driver_sql(statement)
        expected = [str(one) for (one,) in connection.exec_driver_sql(found)]
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            findings = check_invariants(session)
        connection.rollback()
    return {(one.id, one.holds): sorted(one.first) for one in findings if one.violations}, expected


@pytest.mark.parametrize("planted", VIOLATIONS, ids=[f"{one.id}: {one.bug}" for one in VIOLATIONS])
def test_the_check_finds_the_planted_bug_and_nothing_else(books: Shop, planted: Violation) -> None:
    findings, expected = broken(books, planted.change, planted.found)
    assert list(findings.values()) == [sorted(expected)], findings
    ((id, holds),) = findings
    assert (id, holds[: len(planted.holds)]) == (planted.id, planted.holds)


def test_a_shop_without_bugs_has_no_violations(books: Shop) -> None:
    assert broken(books, "", "SELECT 1 WHERE false") == ({}, [])
    states = {order.status for order in books.order_records()}
    assert states == {"collected", "ready", "placed", "cancelled", "expired"}


def test_a_negative_stock_with_an_open_shortfall_is_no_violation(books: Shop) -> None:
    oversold = next(one for one in STOCK if "below zero" in one.bug)
    reported = """
        INSERT INTO shortfalls (id, location_id, variant_id, quantity, cause, event_id, created_at)
        SELECT gen_random_uuid(), location_id, variant_id, 1, 'sale', gen_random_uuid(), now()
        FROM stock WHERE on_hand < 0"""
    assert broken(books, f"{oversold.change}; {reported}", oversold.found)[0] == {}


def test_every_invariant_has_a_planted_bug() -> None:
    planted = {(one.id, one.holds) for one in VIOLATIONS}
    unproved = [
        (one.id, one.holds)
        for room in ROOMS
        for one in room.INVARIANTS
        if not any(one.id == id and one.holds.startswith(words) for id, words in planted)
    ]
    assert unproved == []


def test_the_largest_possible_order_can_be_checked(shop: Shop) -> None:
    shop.stock("YACHT", 10**12, lds=100_000)
    placed = shop.order({"YACHT": 100_000})
    assert shop.violations() == {}
    shop.pick(placed, {"YACHT": 1}, YACHT=99_999)
    assert shop.seen(placed)["amount_due"] == 10**12
    assert shop.violations() == {}


def run_check(shop: Shop, *options: str) -> tuple[int, str]:
    result = shop.app.test_cli_runner().invoke(args=["check", *options])
    return result.exit_code, result.output


def test_flask_check_exits_0_without_violations(shop: Shop) -> None:
    shop.stock("MUG", 800, lds=5)
    shop.order({"MUG": 1})
    code, reported = run_check(shop)
    assert code == 0
    assert "BROKEN" not in reported
    assert len(reported.splitlines()) == sum(len(room.INVARIANTS) for room in ROOMS)


def test_flask_check_exits_1_and_names_the_first_ids_of_a_violation(shop: Shop) -> None:
    shop.stock("MUG", 800, lds=50)
    numbers = {shop.order({"MUG": 1}).number for _ in range(7)}
    shop.change("UPDATE orders SET paid = 5")
    code, reported = run_check(shop)
    assert code == 1
    (line,) = [line for line in reported.splitlines() if "BROKEN" in line]
    assert line.split()[:3] == ["BROKEN", "I1", "7"]
    named = line.partition("first: ")[2].split(", ")
    assert len(named) == 5
    assert set(named) <= numbers


def test_flask_check_prints_the_same_as_json(shop: Shop, tmp_path: Path) -> None:
    shop.stock("MUG", 800, lds=5)
    placed = shop.order({"MUG": 1})
    assert run_check(shop, "--json")[0] == 0
    shop.change("UPDATE orders SET paid = 5")
    code, reported = run_check(shop, "--json")
    summary = json.loads(reported)
    assert (code, summary["violations"]) == (1, 1)
    assert {row["id"]: row["first"] for row in summary["invariants"] if row["violations"]} == {
        "I1": [placed.number]
    }
    ids = [int(row["id"][1:]) for row in summary["invariants"]]
    assert ids == sorted(ids)
