"""The prices of an old invoice are facts; totals and tax are computed from them as usual."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.pricing.engine.invoiced import InvoicedItem, quote_as_invoiced
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.quoting import quote, requote
from app.core.pricing.engine.tax import TaxRules
from app.core.pricing.engine.vat import standard_rate


def item(price: str, quantity: int = 1, tax_rate: int = 200_000, sku: str = "MUG") -> InvoicedItem:
    return InvoicedItem(sku, quantity, Decimal(price), tax_rate)


invoices = st.lists(
    st.builds(
        InvoicedItem,
        st.sampled_from(["MUG", "LAMP", "POST"]),
        st.integers(1, 500),
        st.decimals(-100_000, 100_000, places=3),
        st.sampled_from([0, 88_750, 175_000, 200_000]),
    ),
    max_size=8,
)
rules = st.builds(TaxRules, st.booleans(), rounding_mode=st.sampled_from(["half_up", "half_even"]))


@given(invoices, rules)
def test_frozen_facts_give_the_same_bytes_again(invoice: list[InvoicedItem], by: TaxRules) -> None:
    priced = quote_as_invoiced("GBP", invoice, by)
    again = requote(json.loads(json.dumps(priced.facts)))
    assert again == priced
    assert again.hash == priced.hash


@given(invoices)
def test_each_line_is_the_rounded_exact_product_and_lines_add_up(
    invoice: list[InvoicedItem],
) -> None:
    priced = quote_as_invoiced("GBP", invoice)
    for sold, line in zip(invoice, priced.lines, strict=True):
        assert 2 * abs(line.total - sold.unit_price * sold.quantity) <= 1
        assert line.net + line.tax == line.total
    assert priced.total == sum(line.total for line in priced.lines)
    assert priced.net + priced.tax == priced.total


def test_one_sku_at_two_prices_stays_two_lines_in_their_order() -> None:
    priced = quote_as_invoiced("GBP", [item("850"), item("425"), item("850")])
    assert [line.unit_price for line in priced.lines] == [850, 425, 850]
    assert priced.total == 2125


def test_a_returned_item_has_a_negative_price_and_tax() -> None:
    priced = quote_as_invoiced("GBP", [item("-1200", quantity=2)])
    assert (priced.total, priced.net, priced.tax) == (-2400, -2000, -400)
    assert (priced.lines[0].quantity, priced.lines[0].unit_price) == (2, -1200)


@pytest.mark.parametrize(
    ("price", "quantity", "total"), [("0.1", 1, 0), ("0.1", 5, 1), ("-0.1", 5, -1), ("0.1", 14, 1)]
)
def test_a_fractional_price_is_kept_and_its_line_is_rounded_half_up(
    price: str, quantity: int, total: int
) -> None:
    priced = quote_as_invoiced("GBP", [item(price, quantity)])
    assert priced.total == total
    assert priced.facts["lines"][0]["exact_price"] == price


def test_an_invoice_has_another_hash_than_a_cart_of_the_same_figures() -> None:
    as_invoiced, computed = (
        quote_as_invoiced("GBP", [item("850")]),
        quote("GBP", [Item("MUG", 1, 850)]),
    )
    assert as_invoiced.facts == {**computed.facts, "kind": "as_invoiced"}
    assert as_invoiced.hash != computed.hash


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2011, 1, 4), 200_000), (date(2011, 1, 3), 175_000), (date(2010, 1, 1), 175_000),
        (date(2009, 12, 31), 150_000), (date(2008, 11, 30), 175_000), (date(1991, 3, 31), 150_000),
    ],
)  # fmt: skip
def test_the_rate_is_that_of_the_day(day: date, rate: int) -> None:
    assert standard_rate(day) == rate


def test_the_rate_of_an_unknown_day_is_not_guessed() -> None:
    with pytest.raises(ValueError):
        standard_rate(date(1979, 6, 17))


def test_the_hash_of_an_invoice_is_the_same_on_every_machine_and_in_every_release() -> None:
    priced = quote_as_invoiced("GBP", [item("255", 6), item("-0.1", 1, 175_000)])
    assert priced.hash == ("9c2873987698d2ac95b978cb807d05b22496bf06c781fdf000c1bacb47e80229")
