"""Benefits that depend on what the lines cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.money import format_minor
from app.core.pricing.engine.benefits.benefit import (
    FULL_DISCOUNT,
    Benefit,
    RowDiscounts,
    ScopeRows,
    format_percentage,
)
from app.core.pricing.engine.cart_row import spread_discount
from app.core.pricing.engine.tax import TaxRules


@dataclass(frozen=True)
class Percentage(Benefit):
    """A percentage of what the lines cost together, rounded once."""

    kind = "percentage"
    term_fields = {"rate": "rate"}
    rate: int

    def problems(self) -> Iterator[str]:
        if not 0 < self.rate <= FULL_DISCOUNT:
            yield "rate is in basis points, from 1 to 10000: 10 % is 1000."

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        amount = sum(row.amount for row in rows[0])
        return spread_discount(rows[0], rules.round(amount * self.rate, FULL_DISCOUNT))

    def describe(self, currency: str) -> str:
        return f"{format_percentage(self.rate)} off"


@dataclass(frozen=True)
class Amount(Benefit):
    """An amount off the lines together, or off each of their units."""

    kind = "amount"
    term_fields = {"amount": "amount", "each": "each"}
    amount: int
    each: bool = False

    def problems(self) -> Iterator[str]:
        if self.amount <= 0:
            yield "amount is the discount in minor units, and more than 0."

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        if not self.each:
            return spread_discount(rows[0], min(self.amount, sum(row.amount for row in rows[0])))
        return _discount_remaining(
            [(row, min(self.amount * row.remaining_units, row.remaining_amount)) for row in rows[0]]
        )

    def describe(self, currency: str) -> str:
        return f"{format_minor(self.amount, currency)} off{' each' if self.each else ''}"


@dataclass(frozen=True)
class FixedPrice(Benefit):
    """Each unit for a price, if it costs more."""

    kind = "fixed_price"
    term_fields = {"price": "price"}
    price: int

    def problems(self) -> Iterator[str]:
        if self.price < 0:
            yield "price is in minor units, and 0 or more."

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        return _discount_remaining(
            [
                (row, max(row.remaining_amount - self.price * row.remaining_units, 0))
                for row in rows[0]
            ]
        )

    def describe(self, currency: str) -> str:
        return f"{format_minor(self.price, currency)} each"


@dataclass(frozen=True)
class Tiers(Benefit):
    """The discount of the highest step that the lines reach together."""

    kind = "tiers"
    term_fields = {"steps": "steps", "percent": "percent"}
    steps: tuple[tuple[int, int], ...]
    """(least amount, discount): minor units; with `percent` the discount is in basis points."""
    percent: bool = False

    def problems(self) -> Iterator[str]:
        if not self.steps or list(self.steps) != sorted(set(self.steps)):
            yield "steps are [from, off] in rising order, at least one."
        for start, off in self.steps:
            if off <= 0 or start < 0 or off > (FULL_DISCOUNT if self.percent else start):
                yield f"Step {start}: off is more than 0, and at most {'10000' if self.percent else 'from'}."

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        amount = sum(row.amount for row in rows[0])
        off = max((off for start, off in self.steps if amount >= start), default=0)
        discount = rules.round(amount * off, FULL_DISCOUNT) if self.percent else min(off, amount)
        return spread_discount(rows[0], discount)

    def describe(self, currency: str) -> str:
        def off(amount: int) -> str:
            return format_percentage(amount) if self.percent else format_minor(amount, currency)

        return ", ".join(
            f"{off(amount)} off from {format_minor(start, currency)}"
            for start, amount in self.steps
        )


def _discount_remaining(discounts: RowDiscounts) -> RowDiscounts:
    """Subtract discounts from the remaining units without allocating them."""
    for row, discount in discounts:
        row.remaining_amount -= discount
    return [(row, discount) for row, discount in discounts if discount]
