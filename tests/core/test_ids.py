"""Ids sort by their time of creation; order numbers survive typing and reading aloud."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import ids
from app.core.ids import ALPHABET

milliseconds = st.integers(0, 2**48 - 1)
nanoseconds = st.integers(0, 2**48 * 1_000_000 - 1)
randomness = st.binary(min_size=8, max_size=8)
numbers = st.text(ALPHABET, min_size=8, max_size=8).map(
    lambda body: body + ids.check_character(body)
)


@given(nanoseconds, randomness)
def test_a_uuid7_has_the_version_variant_and_moment_of_rfc_9562(at: int, rest: bytes) -> None:
    made = ids.uuid7(at, rest)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == at // 1_000_000


@given(nanoseconds, nanoseconds, randomness, randomness)
def test_a_uuid7_made_a_microsecond_later_sorts_later(
    one: int, other: int, first: bytes, second: bytes
) -> None:
    if abs(one - other) >= 1000:
        assert (ids.uuid7(one, first) < ids.uuid7(other, second)) == (one < other)


@given(milliseconds, randomness, randomness)
def test_ids_of_one_moment_differ_in_62_random_bits(at: int, first: bytes, second: bytes) -> None:
    one, other = (ids.uuid7(at * 1_000_000, rest).int for rest in (first, second))
    assert one ^ other == (int.from_bytes(first) ^ int.from_bytes(second)) & (1 << 62) - 1


def test_new_ids_carry_the_time_and_differ() -> None:
    before = time.time_ns() // 1_000_000
    made = [ids.new_id() for _ in range(1000)]
    after = time.time_ns() // 1_000_000
    assert len(set(made)) == 1000
    assert all(before <= one.int >> 80 <= after for one in made)
    assert all(one.int >> 64 <= later.int >> 64 for one, later in pairwise(made))


def test_new_order_numbers_are_valid_and_differ() -> None:
    made = {ids.new_order_number() for _ in range(1000)}
    assert len(made) == 1000
    assert all(ids.order_number(number) == number for number in made)


@given(numbers)
def test_every_single_wrong_character_is_detected(number: str) -> None:
    for place, right in enumerate(number):
        for wrong in ALPHABET.replace(right, ""):
            assert ids.order_number(number[:place] + wrong + number[place + 1 :]) is None


@given(numbers)
def test_every_swap_of_neighbours_is_detected_except_0_and_z(number: str) -> None:
    """Luhn modulo 32 doubles 0 to 0 and 31 to 31: it cannot detect which of the two came first."""
    for place, (one, other) in enumerate(pairwise(number)):
        swapped = number[:place] + other + one + number[place + 2 :]
        hidden = one == other or {one, other} == {"0", "Z"}
        assert (ids.order_number(swapped) is None) == (not hidden)


@pytest.mark.parametrize(
    "typed",
    ["k7qx-m3w9", "K7QX M3W9", " k7qxm3w9", "K7QXM3W9-", "k-7-q-x-m-3-w-9"],
)
def test_case_spaces_and_dashes_do_not_matter(typed: str) -> None:
    number = "K7QXM3W9" + ids.check_character("K7QXM3W9")
    assert ids.order_number(typed + number[-1].lower()) == number


def test_easily_confused_letters_are_read_as_their_digits() -> None:
    number = "10V10V10" + ids.check_character("10V10V10")
    for typed in ("IOUIOUIO", "LoulouLO", "iovl0u10"):
        assert ids.order_number(typed + number[-1]) == number


@pytest.mark.parametrize(
    "text",
    ["", "K7QXM3W9", "K7QXM3W9TT", "K7QX*3W9T", "١٢٣٤٥٦٧٨٩", "ßßßßßßßßß", "\0" * 9, "ıııııııı1"],
)
def test_an_impossible_number_gives_none(text: str) -> None:
    assert ids.order_number(text) is None
