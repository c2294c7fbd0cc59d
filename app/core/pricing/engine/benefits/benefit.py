"""What a promotion gives, in one shape: each kind takes its discount from the lines it is about.

No discount is ever more than what the lines still cost, so that no promotion pays the shopper. Amounts are minor
units, percentages basis points.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from app.core.pricing.engine.cart_row import CartRow
from app.core.pricing.engine.tax import FULL_RATE, TaxRules, format_rate

FULL_DISCOUNT = 10_000
"""100 % of a price. A discount is an integer in basis points: 12.5 % is 1250."""
ScopeRows = Sequence[Sequence[CartRow]]
"""The lines in each of the promotion's scopes."""
RowDiscounts = list[tuple[CartRow, int]]
"""From which line how much."""


class Benefit:
    kind: ClassVar[str]
    scopes: ClassVar[int] = 1
    """How many scopes a promotion of this kind has; 0 is any number from one on."""
    term_fields: ClassVar[Mapping[str, str]] = {}
    """By the key that each term has in stored JSON, the field that holds it. The keys are hashed with each quote:
    they stay when a field gets another name."""

    def problems(self) -> Iterator[str]:
        """Why it cannot be a promotion, in words that say what to do."""
        raise NotImplementedError

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        """Take the discount from the rows, and tell from which how much."""
        raise NotImplementedError

    def describe(self, currency: str) -> str:
        raise NotImplementedError


def format_percentage(discount: int) -> str:
    """Return `1250` as `12.5 %`."""
    return format_rate(discount * FULL_RATE // FULL_DISCOUNT)
