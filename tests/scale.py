"""The size of a run: `make test` tries one example of everything, `make check` the full numbers.

`TEST_SCALE=quick` makes the same tests smaller. Without it they have their full size.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

QUICK = os.environ.get("TEST_SCALE") == "quick"


def scaled(full: int, quick: int) -> int:
    """Return how often to try something."""
    return quick if QUICK else full


def sample(cases: Iterable[T], quick: int) -> list[T]:
    """Return all cases, or in a quick run `quick` of them, spread evenly over the list."""
    every = list(cases)
    if not QUICK or len(every) <= quick:
        return every
    return [every[number * len(every) // quick] for number in range(quick)]
