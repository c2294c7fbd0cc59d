"""Arithmetic over units by SKU."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.quantities import Quantities

ANY = st.dictionaries(st.sampled_from("ABC"), st.integers(0, 5)).map(Quantities)


def test_equal_skus_add_up() -> None:
    assert Quantities.of([("A", 1), ("B", 2), ("A", 3)]) == {"A": 4, "B": 2}


def test_a_missing_sku_has_no_units_and_is_not_in_it() -> None:
    found = Quantities({"A": 1, "B": 0})
    assert (found["B"], "B" in found, list(found), found.total) == (0, False, ["A"], 1)


def test_units_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        Quantities({"A": -1})


@given(ANY, ANY)
def test_difference_and_intersection_add_up(a: Quantities, b: Quantities) -> None:
    assert (a - b) + (a & b) == a
    assert (a <= b) == (not a - b)
    assert (a + b) - b == a
    assert (a + b).total == a.total + b.total
