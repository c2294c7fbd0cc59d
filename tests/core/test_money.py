"""Money is whole minor units: rounded in one place, and spread so that the parts add up to the whole."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import money
from app.core.pricing.engine.item import UK_VAT

amounts = st.integers(-(10**12), 10**12)
units = st.integers(1, 100_000)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 10, 1), (4, 10, 0), (15, 10, 2), (25, 10, 3), (-5, 10, -1), (-4, 10, 0), (-15, 10, -2)],
)
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert money.round_half_up(numerator, denominator) == rounded


@given(amounts, units)
def test_rounding_changes_an_amount_by_at_most_half_a_unit(
    numerator: int, denominator: int
) -> None:
    off = abs(Fraction(numerator, denominator) - money.round_half_up(numerator, denominator))
    assert off <= Fraction(1, 2)


@given(amounts, units)
def test_a_refund_is_rounded_like_the_sale(numerator: int, denominator: int) -> None:
    sale, refund = (money.round_half_up(sign * numerator, denominator) for sign in (1, -1))
    assert sale == -refund


@st.composite
def taken_in_parts(draw: st.DrawFn) -> tuple[int, int, list[tuple[int, int]]]:
    """Return an amount over some units, and those units as (first, count) spans in any order."""
    count = draw(st.integers(1, 300))
    cuts = sorted({0, count, *draw(st.lists(st.integers(0, count), max_size=10))})
    spans = [(first, last - first) for first, last in pairwise(cuts)]
    return draw(amounts), count, draw(st.permutations(spans))


@given(taken_in_parts())
def test_the_shares_add_up_in_any_order_and_any_parts(
    parts: tuple[int, int, list[tuple[int, int]]],
) -> None:
    amount, count, spans = parts
    assert sum(money.share(amount, count, first, length) for first, length in spans) == amount


@given(amounts, units, st.data())
def test_the_share_of_a_unit_is_even_to_within_a_penny(
    amount: int, count: int, data: st.DataObject
) -> None:
    unit = data.draw(st.integers(0, count - 1))
    assert abs(money.share(amount, count, unit, 1) - Fraction(amount, count)) < 1 + Fraction(1, 2)


@given(amounts, units, st.data())
def test_cancelled_and_remaining_units_add_up_to_the_whole(
    amount: int, count: int, data: st.DataObject
) -> None:
    dropped = data.draw(st.integers(0, count))
    stays = money.share_of_first(amount, count, count - dropped)
    assert stays + money.share_of_last(amount, count, dropped) == amount


def test_j8_three_units_of_24_97_and_their_vat_are_refunded_as_paid() -> None:
    assert [money.share(2497, 3, unit, 1) for unit in range(3)] == [832, 833, 832]
    assert [money.share(416, 3, unit, 1) for unit in range(3)] == [139, 138, 139]


def test_twenty_per_cent_vat_is_a_sixth_of_the_gross_amount() -> None:
    for gross, vat in ((4800, 800), (3950, 658), (2497, 416), (3, 1), (2, 0)):
        assert money.round_half_up(gross * UK_VAT, 1_000_000 + UK_VAT) == vat


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (2400, "GBP", "£24.00"),
        (5, "GBP", "£0.05"),
        (-1250, "EUR", "−€12.50"),
        (123_456_789, "USD", "$1,234,567.89"),
        (1500, "JPY", "JPY 1,500"),
        (1500, "KWD", "KWD 1.500"),
        (0, "GBP", "£0.00"),
    ],
)
def test_an_amount_is_shown_with_its_currency(amount: int, currency: str, shown: str) -> None:
    assert money.format_minor(amount, currency) == shown


@pytest.mark.parametrize(
    ("currency", "shown"), [("CLP", "CLP 1,990"), ("XOF", "XOF 1,990"), ("OMR", "OMR 1.990")]
)
def test_currencies_have_the_minor_units_of_iso_4217(currency: str, shown: str) -> None:
    assert money.format_minor(1990, currency) == shown
