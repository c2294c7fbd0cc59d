"""The tax of the lines of a cart: of each for itself, or as a share of the tax on the total of its rate."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from app.core.money import split, spread
from app.core.pricing.engine.tax import CombinedRate, TaxRules


class TaxableLine(NamedTuple):
    amount: int
    """What all its units cost, with tax if prices include it. Minor units, never negative."""
    units: int
    rate: CombinedRate


class TaxedAmount(NamedTuple):
    total: int
    net: int
    tax: int
    parts: tuple[int, ...]
    """The tax of each tax of the rate; they add up to `tax`."""


def tax_lines(lines: Sequence[TaxableLine], rules: TaxRules) -> list[TaxedAmount]:
    """Return the figures of each line, in their order."""
    if rules.tax_level == "total":
        parts = _shares_of_totals(lines, rules)
    else:
        parts = [rules.taxes_on(line.amount, line.units, line.rate.rates) for line in lines]
    return [_taxed(line.amount, part, rules) for line, part in zip(lines, parts, strict=True)]


def _shares_of_totals(lines: Sequence[TaxableLine], rules: TaxRules) -> list[Sequence[int]]:
    """Round the taxes on the total of each rate, and spread them over its lines by cumulative shares."""
    places: dict[CombinedRate, list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault(line.rate, []).append(place)
    shares: list[Sequence[int]] = [()] * len(lines)
    for rate, of_rate in places.items():
        amounts = [lines[place].amount for place in of_rate]
        taxes = rules.taxes_on(sum(amounts), 1, rate.rates)
        so_far = accumulate(spread(sum(taxes), amounts), initial=0)
        cumulative = [split(tax, taxes) for tax in so_far]
        for place, (before, after) in zip(of_rate, pairwise(cumulative), strict=True):
            shares[place] = [b - a for a, b in zip(before, after, strict=True)]
    return shares


def _taxed(amount: int, parts: Sequence[int], rules: TaxRules) -> TaxedAmount:
    tax = sum(parts)
    net = amount - tax if rules.tax_included else amount
    return TaxedAmount(net + tax, net, tax, tuple(parts))
