"""The money report agrees with the ledger, to the penny and in each store's own time zone."""

import csv
import io
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.core.orders.money_report import DaySums, money_report
from app.core.orders.money_report_csv import as_csv, harmless
from tests.channels.test_admin_money import Office
from tests.core.test_statement_budgets import statements
from tests.drivers.payments import collected, gift_card, refund, shown
from tests.drivers.shop import LEEDS, YORK, Placed, Shop, new_key

ZONES = {LEEDS: "Europe/London", YORK: "Pacific/Auckland"}
CHANGE = datetime(2026, 10, 25, tzinfo=UTC)
"""On this day the clocks of Europe go back; those of New Zealand went forward a month before."""
SIGNS = {
    "capture": ("captured", 1), "refund": ("refunded", 1), "refund_reversed": ("refunded", -1),
    "chargeback": ("charged_back", 1), "chargeback_reversed": ("charged_back", -1), "fee": ("fees", 1),
    "authorise": ("", 0), "void": ("", 0),
}  # fmt: skip

Key = tuple[date, str, str, str, str]


def orders(shop: Shop) -> list[tuple[Placed, str, str]]:
    """Create orders of two stores and two channels, and one that was imported."""
    shop.stock("A", 1000, lds=50, yrk=50)
    for code, zone in ZONES.items():
        shop.change("UPDATE locations SET timezone = :z WHERE code = :c", z=zone, c=code)
    made = []
    for store in ZONES:
        for channel in ("web", "app"):
            placed = shop.order({"A": 1}, store)
            shop.change(
                "UPDATE orders SET started_channel = :c WHERE number = :n",
                c=channel, n=placed.number,
            )  # fmt: skip
            made.append((placed, store, channel))
    return made


def history(
    shop: Shop, made: list[tuple[Placed, str, str]], chance: random.Random
) -> dict[Key, dict[str, int]]:
    """Record random payment events, at moments around midnights; return the expected sums."""
    expected: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _ in range(25):
        placed, store, channel = chance.choice(made)
        method = chance.choice(["card", "cash", "gift_card", "store_credit"])
        payment = new_key()
        shop.change(
            "INSERT INTO payments (id, order_id, method, status, amount, authorised, currency, created_at) "
            "SELECT CAST(:id AS uuid), id, :method, 'captured', 1, 1, currency, now() "
            "FROM orders WHERE number = :n",
            id=payment, method=method, n=placed.number,
        )  # fmt: skip
        for kind, (figure, sign) in SIGNS.items():
            if chance.random() < 0.4:
                continue
            at = CHANGE + timedelta(hours=chance.randint(-80, 80), seconds=chance.randint(-2, 2))
            amount = chance.randint(1, 10_000)
            shop.change(
                "INSERT INTO payment_events (id, payment_id, order_id, kind, amount, event_id, occurred_at) "
                "SELECT gen_random_uuid(), p.id, p.order_id, :kind, :amount, gen_random_uuid(), :at "
                "FROM payments p WHERE p.id = CAST(:id AS uuid)",
                kind=kind, amount=amount, at=at, id=payment,
            )  # fmt: skip
            if sign:
                day = at.astimezone(ZoneInfo(ZONES[store])).date()
                expected[day, channel, store, method, "GBP"][figure] += sign * amount
    return expected


def report(shop: Shop, first: date, last: date) -> list[DaySums]:
    with shop.engine.connect() as reader:
        return money_report(reader, first, last)


@pytest.mark.parametrize("seed", range(6))
def test_the_report_agrees_with_any_ledger(shop: Shop, seed: int) -> None:
    expected = history(shop, orders(shop), random.Random(seed))
    first, last = CHANGE.date() - timedelta(days=2), CHANGE.date() + timedelta(days=1)
    inside = {key: sums for key, sums in expected.items() if first <= key[0] <= last}
    assert len(inside) > 20, "there is something to agree on"
    assert len(inside) < len(expected), "and something to leave out"
    rows = report(shop, first, last)
    assert {
        (row.day, row.channel, row.store, row.tender, row.currency): {
            "captured": row.captured, "refunded": row.refunded, "charged_back": row.charged_back,
            "fees": row.fees,
        }
        for row in rows
    } == {
        key: {name: sums[name] for name in ("captured", "refunded", "charged_back", "fees")}
        for key, sums in inside.items()
    }  # fmt: skip
    assert all(row.net == row.captured - row.refunded - row.charged_back - row.fees for row in rows)


def test_an_imported_order_is_not_in_the_report(shop: Shop) -> None:
    made = orders(shop)
    history(shop, made[:1], random.Random(1))
    days = (CHANGE.date() - timedelta(days=9), CHANGE.date() + timedelta(days=9))
    assert report(shop, *days) != []
    shop.change(
        "UPDATE orders SET status = 'imported', import_source = 'a:1' WHERE number = :n",
        n=made[0][0].number,
    )
    assert report(shop, *days) == []


def a_day(shop: Shop) -> None:
    """Sell for a gift card, a card and cash; refund some of it."""
    shop.stock("A", 1000, lds=9)
    card = gift_card(shop, 300)
    placed, _ = collected(shop, {"A": 1}, gift_cards=[shown(card)])
    refund(shop, placed, 100)
    cash = shop.order({"A": 1})
    shop.make_ready(cash)
    shop.hand_over(cash, 1000)


def test_the_merchant_reads_the_payments_of_orders_in_one_statement(shop: Shop) -> None:
    a_day(shop)
    office, day = Office(shop), shop.clock.now().date()
    with statements(shop.engine) as seen:
        found = office.done("GET", f"reports/money?from={day}&to={day}")
    assert len([one for one in seen if "payment_events" in one]) == 1
    by_tender = {one["tender"]: (one["captured"], one["refunded"]) for one in found["items"]}
    assert by_tender == {"gift_card": (300, 30), "card": (700, 70), "cash": (1000, 0)}
    paid = sum(order.paid for order in shop.order_records())
    (total,) = found["totals"]
    assert total["net"] + total["fees"] == paid == 1900
    assert total["fees"] == 700 * 15 // 1000 + 20
    for wrong in (f"from={day}", "from=2026-02-01&to=2026-01-31", "from=2020-01-01&to=2026-01-01"):
        assert office.refused("GET", f"reports/money?{wrong}") == "invalid"


def test_a_spreadsheet_gets_whole_units_and_no_formulas(shop: Shop) -> None:
    a_day(shop)
    office, day = Office(shop), shop.clock.now().date()
    shop.change("UPDATE locations SET code = '=1+1' WHERE code = 'lds'")
    answer = office("GET", f"reports/money?from={day}&to={day}&format=csv")
    assert answer.mimetype == "text/csv"
    heading, *rows = csv.reader(io.StringIO(answer.get_data(as_text=True)))
    assert heading[:3] == ["day", "channel", "store"]
    cards = dict(zip(heading, next(row for row in rows if "card" in row), strict=True))
    assert (cards["store"], cards["captured"], cards["refunded"]) == ("'=1+1", "7.00", "0.70")


@pytest.mark.parametrize("words", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1"])
def test_text_that_begins_like_a_formula_is_shown_as_text(words: str) -> None:
    assert harmless(words) == f"'{words}"
    assert harmless(f"a{words}") == f"a{words}"


def test_amounts_are_written_in_the_units_of_their_currency() -> None:
    row = DaySums(date(2026, 1, 1), "web", None, "card", "JPY", 1234, 0, 0, 0, 0, 1234)
    below: dict[str, Any] = {**vars(row), "currency": "GBP", "net": -5}
    written = as_csv([row, DaySums(**below)]).splitlines()
    assert written[1].endswith(",JPY,1234,0,0,0,0,1234")
    assert written[2].endswith(",GBP,12.34,0.00,0.00,0.00,0.00,-0.05")


def test_a_shift_shows_its_takings_by_tender_and_the_missing_amount(shop: Shop) -> None:
    office, card = Office(shop), gift_card(shop, 300)
    shop.stock("A", 1000, lds=9)
    shop.staff("POST", "shifts", {"opening_float": 5000})
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    payments = [
        {"method": "gift_card", "card": shown(card), "amount": 300},
        {"method": "cash", "amount": 700, "tendered": 1000},
    ]
    assert shop.hand_over(placed, 0, payments=payments).status_code == 200
    refund(shop, placed, 100)
    shop.staff("POST", "shifts/current/cash", {"amount": -3000, "reason": "to the bank"})
    (listed,) = office.done("GET", "shifts?store=lds")["items"]
    assert (listed["expected"], listed["difference"]) == (5000 + 700 - 70 - 3000, None)
    shop.clock.advance(timedelta(hours=1))
    shop.staff("POST", "shifts/current/close", {"counted": 2620})
    with statements(shop.engine) as seen:
        found = office.done("GET", f"shifts/{listed['id']}")
    assert len([one for one in seen if "shifts" in one]) == 1
    assert (found["expected"], found["counted"], found["difference"]) == (2630, 2620, -10)
    assert found["tenders"] == [
        {"tender": "cash", "captured": 700, "refunded": 70, "net": 630},
        {"tender": "gift_card", "captured": 300, "refunded": 30, "net": 270},
    ]
    assert [one["amount"] for one in found["moves"]] == [-3000]
    assert office.done("GET", "shifts?store=yrk")["items"] == []
