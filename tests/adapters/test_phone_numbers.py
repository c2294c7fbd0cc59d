"""Phone numbers in the notations that people use."""

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


def test_a_foreign_number_keeps_its_country_code() -> None:
    assert LibPhoneNumbers("GB").normalise("+49 30 901820") == "+4930901820"
    assert LibPhoneNumbers("DE").normalise("030 901820") == "+4930901820"


@pytest.mark.parametrize("nonsense", ["", "call me", "12", "+999 1", "0" * 30, "+", "\u0661\u0662"])
def test_an_invalid_number_gives_none(nonsense: str) -> None:
    assert LibPhoneNumbers("GB").normalise(nonsense) is None
