"""Money in integer minor units, and the only place that rounds it. Pure.

An amount is spread over units by cumulative shares: the share of the first k of n units is rounded once, and unit
k gets share(k) − share(k − 1). So the parts add up to the whole in any order.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise


def round_half_up(numerator: int, denominator: int) -> int:
    """Return `numerator / denominator`, rounded to the nearest integer, halves away from zero. `denominator` >
    0."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def round_half_even(numerator: int, denominator: int) -> int:
    """Return `numerator / denominator`, rounded to the nearest integer, halves to the even one. `denominator` >
    0."""
    whole, rest = divmod(abs(numerator), denominator)
    magnitude = whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2))
    return magnitude if numerator >= 0 else -magnitude


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Spread an amount over parts by their weights, none negative, by cumulative shares.

    If the amount is at most the sum of the weights, no part gets more than its weight.
    """
    whole = sum(weights) or 1
    sums = [share_of_first(amount, whole, so_far) for so_far in accumulate(weights, initial=0)]
    return [after - before for before, after in pairwise(sums)]


def share_of_first(amount: int, units: int, count: int) -> int:
    """Return the share of the first `count` of `units` units of `amount` minor units."""
    return round_half_up(amount * count, units)


def share(amount: int, units: int, first: int, count: int) -> int:
    """Return the share of `count` units from unit `first` (0-based) of `units`."""
    return share_of_first(amount, units, first + count) - share_of_first(amount, units, first)


def share_of_last(amount: int, units: int, count: int) -> int:
    """Return the share of the last `count` of `units` units: the amount that is cancelled with them."""
    return share(amount, units, units - count, count)


def split(amount: int, parts: Sequence[int]) -> list[int]:
    """Split the first `amount` minor units of a sum over the parts of the whole sum, none negative.

    If the amount grows, no result shrinks. So the parts between two amounts are never negative, and they add up to
    `parts`.
    """
    found: list[int] = []
    sums = list(accumulate(parts))
    for before, whole in reversed(list(pairwise(sums))):
        rest = round_half_up(amount * before, whole or 1)
        found.append(amount - rest)
        amount = rest
    return [amount, *reversed(found)] if sums else []


def format_minor(amount: int, currency: str) -> str:
    """Return `£24.00` for `2400, "GBP"`: for people."""
    symbol = {"GBP": "£", "EUR": "€", "USD": "$"}.get(currency, f"{currency} ")
    exponent = EXPONENTS.get(currency, 2)
    whole, part = divmod(abs(amount), 10**exponent)
    digits = f"{whole:,}.{part:0{exponent}}" if exponent else f"{whole:,}"
    return f"{'−' if amount < 0 else ''}{symbol}{digits}"


def plain_minor(amount: int, currency: str) -> str:
    """Return `-24.00` for `-2400, "GBP"`: for programs that calculate in whole units."""
    exponent = EXPONENTS.get(currency, 2)
    whole, part = divmod(abs(amount), 10**exponent)
    digits = f"{whole}.{part:0{exponent}}" if exponent else str(whole)
    return f"-{digits}" if amount < 0 else digits


EXPONENTS = dict.fromkeys(
    (
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
        "XOF", "XPF",
    ),
    0,
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)  # fmt: skip
"""Currencies whose minor unit is not a hundredth (ISO 4217, list one). The payment provider counts by it too: an
amount in a currency that is missing here would be charged a hundredfold."""
