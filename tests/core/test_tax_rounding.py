"""Tax is rounded as a market demands, and several taxes on one line are computed and shown apart."""

import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import share, split
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.price_breakdown import break_down
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quote_changes import list_changes
from app.core.pricing.engine.quote_tokens import inputs_of
from app.core.pricing.engine.quoting import quote, requote
from app.core.pricing.engine.tax import NamedRate, TaxRules

CASES = json.loads((Path(__file__).parents[1] / "data" / "money_cases.json").read_text())
WITH_TAX = TaxRules(tax_level="total")
WITHOUT_TAX = TaxRules(tax_included=False, tax_level="total")
QUEBEC = NamedRate("GST", 50_000), NamedRate("QST", 99_750)


def minor(amount: str) -> int:
    return int(Decimal(amount) * 100)


def in_quebec(sku: str, quantity: int, price: int) -> Item:
    return Item(sku, quantity, price, 149_750, taxes=QUEBEC)


@pytest.mark.parametrize(
    "case", [one for one in CASES if "lines" in one], ids=lambda one: one["id"]
)
def test_the_worked_examples_of_tax_laws_give_their_known_figures(case: dict[str, Any]) -> None:
    rules = WITH_TAX if "prices with tax" in case["rules"] else WITHOUT_TAX
    items = [
        Item(f"S{number}", units, minor(price), int(Decimal(str(rate)) * 10_000))
        for number, (units, price, rate) in enumerate(case["lines"])
    ]
    priced = quote(case["currency"], items, rules=rules)
    for figure, right in case["right"].items():
        assert getattr(priced, figure) == minor(right), figure


def test_the_level_makes_a_cent_of_difference() -> None:
    items = [Item(sku, 1, 235, 210_000) for sku in "ABCD"]
    assert quote("EUR", items, rules=TaxRules(tax_included=False)).tax == 4 * 49
    assert quote("EUR", items, rules=WITHOUT_TAX).tax == 197  # 197.4


def test_each_rate_has_a_total_of_its_own() -> None:
    items = [
        Item("A", 1, 35, 210_000), Item("B", 1, 35, 210_000), Item("C", 1, 35, 90_000), Item("D", 1, 35, 90_000),
    ]  # fmt: skip
    priced = quote("EUR", items, rules=WITHOUT_TAX)
    assert [(part.rate, part.net, part.tax) for part in priced.taxes] == [
        (210_000, 70, 15), (90_000, 70, 6),
    ]  # fmt: skip


amounts = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3000)), min_size=1, max_size=9)


@given(amounts, st.booleans(), st.sampled_from(["tax", "net"]))
def test_the_shares_of_lines_and_of_their_units_add_up_to_the_rounded_total(
    lines: list[tuple[int, int]], included: bool, target: Any
) -> None:
    items = [in_quebec(f"S{number}", units, price) for number, (units, price) in enumerate(lines)]
    rules = TaxRules(included, "total", rounding_target=target)
    priced = quote("CAD", items, rules=rules)
    assert sum(line.tax for line in priced.lines) == priced.tax
    for place, tax in enumerate(
        part.tax for part in sorted(priced.taxes, key=lambda one: one.name)
    ):
        assert sum(line.tax_parts[place] for line in priced.lines) == tax
    for line in priced.lines:
        assert 0 <= line.tax <= line.total
        units = [share(line.tax, line.quantity, unit, 1) for unit in range(line.quantity)]
        assert sum(units) == line.tax
        assert min(units) >= 0


@given(st.lists(st.integers(0, 500), min_size=1, max_size=5), st.data())
def test_a_sum_is_split_in_steps_without_a_negative_part(parts: list[int], data: Any) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, sum(parts)), max_size=6)))
    steps = [split(cut, parts) for cut in (0, *cuts, sum(parts))]
    assert steps[-1] == parts
    for before, after in pairwise(steps):
        assert all(b >= a for a, b in zip(before, after, strict=True))


def test_gst_and_qst_are_each_on_the_net_and_shown_apart() -> None:
    priced = quote("CAD", [in_quebec("A", 1, 10_000)], rules=TaxRules(tax_included=False))
    assert [tuple(part) for part in priced.taxes] == [
        (99_750, 10_998, 10_000, 998, "QST"), (50_000, 10_500, 10_000, 500, "GST"),
    ]  # fmt: skip
    assert (priced.total, priced.tax) == (11_498, 1498)
    assert [step.text for step in break_down(priced) if step.step == "tax"] == [
        "QST 9.975 % on CAD 100.00: CAD 9.98", "GST 5 % on CAD 100.00: CAD 5.00",
    ]  # fmt: skip


@pytest.mark.parametrize("rate", [88_750, 66_250, 99_750, 83_125, 1])
def test_a_rate_has_up_to_four_decimals(rate: int) -> None:
    priced = quote("USD", [Item("A", 1, 100_000_000, rate)], rules=TaxRules(tax_included=False))
    assert priced.tax == rate * 100


def test_the_hash_covers_the_rule_the_rates_and_the_names() -> None:
    one, plain = in_quebec("A", 1, 10_000), Item("A", 1, 10_000, 149_750)
    renamed = Item("A", 1, 10_000, 149_750, taxes=(NamedRate("TPS", 50_000), QUEBEC[1]))
    quotes = [
        quote("CAD", [one], rules=TaxRules(False, level)) for level in ("unit", "line", "total")
    ]
    quotes += [quote("CAD", [item], rules=TaxRules(False)) for item in (plain, renamed)]
    assert len({priced.hash for priced in quotes}) == 5
    for priced in quotes:
        assert requote(json.loads(json.dumps(priced.facts))) == priced
        assert requote(json.loads(json.dumps(inputs_of(priced.facts)))).hash == priced.hash


def test_a_changed_tax_is_named() -> None:
    def taxed(*taxes: NamedRate) -> Quote:
        return quote("CAD", [Item("A", 1, 100, sum(tax.rate for tax in taxes), taxes=taxes)])

    [step] = list_changes(taxed(*QUEBEC), taxed(NamedRate("HST", 149_750)))
    assert step.text == "A is taxed at HST 14.975 %, and was at GST 5 % and QST 9.975 %"
