"""Cancelled and credited amounts, in any order, add up to the frozen line and never exceed it."""

from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.invoicing.lines import (
    DocumentLine,
    credit_amount,
    credit_cancelled_units,
    creditable_lines,
    invoice_line,
    taxes_by_rate,
)
from app.core.money import share_of_last
from tests.drivers import invoices
from tests.drivers.invoices import documents, issue
from tests.drivers.payments import refund
from tests.drivers.shop import LEEDS, Placed, Shop


@dataclass
class Ordered:
    position: int
    quantity: int
    cancelled: int
    total: int
    tax: int
    tax_rate: int = 200_000
    unit_price: int = 100
    sku: str = "MUG"
    title: str = "The MUG"
    taxes: Any = ()


@st.composite
def ordered(draw, position: int) -> Ordered:
    quantity, total = draw(st.integers(1, 9)), draw(st.integers(0, 5000))
    tax = draw(st.integers(0, total))
    dropped = draw(st.integers(0, quantity))
    gst = draw(st.integers(0, tax))
    return Ordered(
        position, quantity, dropped, total, tax, draw(st.sampled_from([200_000, 50_000, 0])),
        taxes=draw(st.sampled_from([(), [["GST", 50_000, gst], ["QST", 99_750, tax - gst]]])),
    )  # fmt: skip


orders = st.lists(st.integers(), min_size=1, max_size=5).flatmap(
    lambda some: st.tuples(*(ordered(position) for position in range(1, len(some) + 1)))
)


@given(orders)
def test_an_invoice_is_the_frozen_figures_minus_the_cancelled_shares(lines) -> None:
    kept = [one for one in (invoice_line(line, "GBP") for line in lines) if one]
    for figure in ("total", "tax"):
        dropped = sum(
            share_of_last(getattr(one, figure), one.quantity, one.cancelled) for one in lines
        )
        assert sum(getattr(one, figure) for one in kept) == (
            sum(getattr(one, figure) for one in lines) - dropped
        )


@settings(max_examples=400)
@given(orders, st.lists(st.integers(1, 3000), max_size=8), st.data())
def test_credit_notes_never_exceed_their_invoice_and_add_up_to_it(lines, amounts, data) -> None:
    invoice = [one for one in (invoice_line(line, "GBP") for line in lines) if one]
    notes: list[list[DocumentLine]] = []
    for amount in amounts:
        if data.draw(st.booleans()):
            line = data.draw(st.sampled_from(lines))
            line.cancelled = data.draw(st.integers(line.cancelled, line.quantity))
            notes.append(credit_cancelled_units(creditable_lines(invoice, notes), lines, "GBP"))
            assert credit_cancelled_units(creditable_lines(invoice, notes), lines, "GBP") == []
        else:
            left = creditable_lines(invoice, notes)
            wanted = min(amount, sum(one.total for one in left.values()))
            notes.append(credit_amount(left, amount))
            assert sum(one.total for one in notes[-1]) == wanted
        assert all(one.net >= 0 and one.tax >= 0 for one in notes[-1])
        for tax in (tax for one in notes[-1] for tax in one.taxes):
            assert tax.amount >= 0
        assert all(sum(t.amount for t in one.taxes) == one.tax for one in notes[-1] if one.taxes)
        within(invoice, notes)
    notes.append(credit_amount(creditable_lines(invoice, notes), 10**9))
    credited = taxes_by_rate(line for note in notes for line in note)
    assert [one for one in credited if one["net"] or one["tax"]] == [
        one for one in taxes_by_rate(invoice) if one["net"] or one["tax"]
    ]


def within(invoice: list[DocumentLine], notes: list[list[DocumentLine]]) -> None:
    for one in creditable_lines(invoice, notes).values():
        assert 0 <= one.tax <= one.total


def test_random_orders_with_short_picks_and_refunds_agree_with_what_was_paid(shop: Shop) -> None:
    chance = Random("papers")
    invoices.set_up(shop)
    for number, price in enumerate((1, 333, 999, 2499)):
        shop.stock(f"S-{number}", price, lds=999)
    shop.promote("percentage", {"rate": 1234})
    for _ in range(12):
        placed = shop.order(
            {f"S-{one}": chance.randint(1, 5) for one in range(chance.randint(1, 4))}
        )
        trade(shop, placed, chance)
        invoice, *notes = documents(shop, placed)
        order = shop.staff("GET", f"orders/{placed.number}").get_json()
        credited = sum(note["total"] for note in notes)
        assert invoice["total"] - credited == order["paid"]
        assert {figure: invoice[figure] for figure in ("total", "net", "tax")} == order[
            "totals_after_cancellation"
        ]
        for figure in ("net", "tax"):
            whole = sum(note[figure] for note in notes)
            assert whole <= invoice[figure]
            assert (whole == invoice[figure]) or order["paid"]
    assert shop.violations() == {}


def trade(shop: Shop, placed: Placed, chance: Random) -> None:
    """Pick an order, partly short; then collect it, pay it in cash and refund it in parts."""
    lines = {line["sku"]: line["quantity"] for line in shop.seen(placed)["lines"]}
    first = next(iter(lines))
    short = {sku: chance.randint(0, units - (sku == first)) for sku, units in lines.items()}
    gone: dict[str, int] = {sku: units for sku, units in short.items() if units}
    shop.pick(placed, {}, LEEDS, **gone)
    due = shop.make_ready(placed).get_json()["amount_due"]
    assert shop.hand_over(placed, due).status_code == 200
    left = due
    for _ in range(chance.randint(0, 3)):
        if part := chance.randint(0, left):
            assert refund(shop, placed, part).status_code == 201
            left -= part
    if left and chance.random() < 0.4:
        assert refund(shop, placed, left).status_code == 201
    issue(shop)
