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


def share_of_first(amount: int, units: int, count: int, step: int = 1) -> int:
    """Return the share of the first `count` of `units` units of `amount` minor units, in whole steps."""
    return round_half_up(amount * count, units * step) * step


def share(amount: int, units: int, first: int, count: int, step: int = 1) -> int:
    """Return the share of `count` units from unit `first` (0-based) of `units`."""
    before = share_of_first(amount, units, first, step)
    return share_of_first(amount, units, first + count, step) - before


def share_of_last(amount: int, units: int, count: int, step: int = 1) -> int:
    """Return the share of the last `count` of `units` units: the amount that is cancelled with them."""
    return share(amount, units, units - count, count, step)


def share_of_tax(tax: int, total: int, units: int, kept: int, step: int) -> int:
    """Return the tax in the total of the first `kept` of `units` units.

    If the total is in steps, its tax is a share of that total, because a unit's tax could exceed a rounded total.
    """
    if step == 1:
        return share_of_first(tax, units, kept)
    return share_of_first(tax, total or 1, share_of_first(total, units, kept, step))


def card_step(currency: str) -> int:
    """Return the minor units of which the amount of a card payment is a multiple."""
    return CARD_STEP_OF_THREE_DIGITS if EXPONENTS.get(currency) == 3 else 1


def share_step(total: int, currency: str) -> int:
    """Return the step of the shares of a line: that of cards, if its total is in whole steps."""
    step = card_step(currency)
    return 1 if total % step else step


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
CARD_STEP_OF_THREE_DIGITS = 10
"""The last of three digits of an amount on a card is 0: KWD 0.010 (https://docs.stripe.com/currencies#three-decimal)."""
