"""Phone numbers in the notations that people use."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.adapters.phone_numbers import LibPhoneNumbers


@pytest.mark.parametrize(
    "written",
    [
        "+44 113 496 0000",
        "0113 496 0000",
        "(0113) 4960000",
        "0044 113 496 0000",
        "+44 (0)113 496 0000",
    ],
)
def test_notations_of_one_number_give_the_same_number(written: str) -> None:
    assert LibPhoneNumbers("GB").normalise(written) == "+441134960000"


CASES = json.loads((Path(__file__).parents[1] / "data" / "money_cases.json").read_text())


@pytest.mark.parametrize(
    "case", [one for one in CASES if "typed" in one], ids=lambda one: one["id"]
)
def test_the_country_of_the_store_says_how_a_number_is_read(case: dict[str, Any]) -> None:
    for home in ("GB", "US"):
        read = LibPhoneNumbers(home).normalise(case["typed"], case["store_country"])
        assert read == case["right"]
    assert LibPhoneNumbers(case["store_country"]).normalise(case["typed"]) == case["right"]


def test_a_foreign_number_keeps_its_country_code() -> None:
    assert LibPhoneNumbers("GB").normalise("+49 30 901820") == "+4930901820"
    assert LibPhoneNumbers("DE").normalise("030 901820") == "+4930901820"


@pytest.mark.parametrize("nonsense", ["", "call me", "12", "+999 1", "0" * 30, "+", "\u0661\u0662"])
def test_an_invalid_number_gives_none(nonsense: str) -> None:
    assert LibPhoneNumbers("GB").normalise(nonsense) is None
