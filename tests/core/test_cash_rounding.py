"""Cash is rounded by the country of the store, as a whole, in and out."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import Settings
from app.core.cash_rounding import CashRounding, cash_rounding

CASES = json.loads((Path(__file__).parents[1] / "data" / "money_cases.json").read_text())


@pytest.mark.parametrize(
    "case", [one for one in CASES if "cash" in one["right"]], ids=lambda one: one["id"]
)
def test_the_worked_examples_give_their_known_amounts(case: dict[str, Any]) -> None:
    rounding = cash_rounding(case["currency"], case["store_country"], {})
    assert rounding.round(int(Decimal(case["due"]) * 100)) == Decimal(case["right"]["cash"]) * 100


@pytest.mark.parametrize(
    ("currency", "country", "due", "coins"),
    [
        *[("EUR", country, 1657, 1655) for country in ("BE", "FI", "SK", "EE", "LT", "NL", "IE", "IT")],
        *[("EUR", country, 1657, 1657) for country in ("DE", "FR", "AT", "ES", "PT")],
        ("EUR", "BE", 1658, 1660), ("EUR", "BE", 1663, 1665), ("EUR", "BE", 2, 0), ("EUR", "SK", 2, 5),
        ("EUR", "SK", 1, 5), ("EUR", "SK", 0, 0), ("EUR", "SK", -2, -5), ("EUR", "SK", 7, 5),
        ("CZK", "CZ", 1049, 1000), ("CZK", "CZ", 1050, 1100), ("HUF", "HU", 124_200, 124_000),
        ("HUF", "HU", 124_300, 124_500), ("SEK", "SE", 1050, 1100), ("NOK", "NO", 1049, 1000),
        ("DKK", "DK", 1024, 1000), ("DKK", "DK", 1025, 1050), ("CHF", "CH", 1003, 1005),
        ("CHF", "LI", 1002, 1000), ("CAD", "CA", 1002, 1000), ("AUD", "AU", 1008, 1010),
        ("NZD", "NZ", 1004, 1000), ("USD", "US", 1657, 1657), ("GBP", "GB", 1657, 1657),
        ("JPY", "JP", 1657, 1657), ("PLN", "PL", 1657, 1657),
    ],
)  # fmt: skip
def test_each_country_has_its_coins(currency: str, country: str, due: int, coins: int) -> None:
    assert cash_rounding(currency, country, {}).round(due) == coins


def test_the_setting_replaces_the_step_of_a_country() -> None:
    chosen = Settings(cash_rounding="US=5,NL=1").cash_steps
    assert cash_rounding("USD", "US", chosen).round(1657) == 1655
    assert cash_rounding("EUR", "NL", chosen).round(1657) == 1657
    assert cash_rounding("EUR", "BE", chosen).round(1657) == 1655


rules = st.builds(CashRounding, st.sampled_from([1, 5, 10, 50, 100, 500]), st.booleans())


@given(st.lists(st.integers(1, 1000), max_size=30), rules)
def test_many_parts_paid_in_coins_come_to_what_one_would(
    parts: list[int], rounding: CashRounding
) -> None:
    before = in_coins = 0
    for part in parts:
        in_coins += part + rounding.round_part(before, part)
        before += part
        assert in_coins == rounding.round(before)


@given(st.integers(1, 10**9), rules)
def test_a_refund_gives_back_the_coins_of_the_payment(amount: int, rounding: CashRounding) -> None:
    assert rounding.round(-amount) == -rounding.round(amount)
    assert abs(rounding.round(amount) - amount) < rounding.step
