"""What a promotion gives. All kinds have one shape: each subtracts its discount from the lines in its scopes.

No discount exceeds what the lines still cost, so no promotion pays the shopper. Amounts are minor units,
percentages basis points.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from app.core.pricing.engine.cart_row import CartRow
from app.core.pricing.engine.tax import FULL_RATE, TaxRules, format_rate

FULL_DISCOUNT = 10_000
"""100 % of a price. A percentage is an integer in basis points: 12.5 % is 1250."""
ScopeRows = Sequence[Sequence[CartRow]]
"""The lines in each of the promotion's scopes."""
RowDiscounts = list[tuple[CartRow, int]]
"""(line, amount subtracted from it)."""


class Benefit:
    kind: ClassVar[str]
    scopes: ClassVar[int] = 1
    """The number of scopes of a promotion of this kind; 0 means any number from one on."""
    term_fields: ClassVar[Mapping[str, str]] = {}
    """By the key of each term in stored JSON, the field that holds it. The keys are hashed with each quote: they
    stay when a field gets another name."""

    def problems(self) -> Iterator[str]:
        """Yield why no promotion can have this benefit, in sentences that say what to do."""
        raise NotImplementedError

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        """Subtract the discount from the rows, and return how much from which."""
        raise NotImplementedError

    def describe(self, currency: str) -> str:
        """Return a few words for shoppers: `12.5 % off`."""
        raise NotImplementedError


def format_percentage(discount: int) -> str:
    """Return `1250` as `12.5 %`."""
    return format_rate(discount * FULL_RATE // FULL_DISCOUNT)
