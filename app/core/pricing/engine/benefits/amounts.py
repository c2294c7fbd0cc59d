"""Offers that look at what lines cost."""

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
    """A part of what the lines cost together, rounded once."""

    kind = "percentage"
    term_fields = {"rate": "rate"}
    rate: int

    def problems(self) -> Iterator[str]:
        if not 0 < self.rate <= FULL_DISCOUNT:
            yield "rate is in basis points, from 1 to 10000: 10 % is 1000."

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        amount = sum(row.amount for row in rows[0])
        return spread_discount(rows[0], rules.round(amount * self.rate, FULL_DISCOUNT))

    def words(self, currency: str) -> str:
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
            yield "amount is what is taken off, in minor units, and more than 0."

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        if not self.each:
            return spread_discount(rows[0], min(self.amount, sum(row.amount for row in rows[0])))
        taken = [(row, min(self.amount * row.open_units, row.open_amount)) for row in rows[0]]
        return _take_open(taken)

    def words(self, currency: str) -> str:
        return f"{format_minor(self.amount, currency)} off{' each' if self.each else ''}"


@dataclass(frozen=True)
class FixedPrice(Benefit):
    """Each unit for a price, where it costs more."""

    kind = "fixed_price"
    term_fields = {"price": "price"}
    price: int

    def problems(self) -> Iterator[str]:
        if self.price < 0:
            yield "price is in minor units, and 0 or more."

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        return _take_open(
            [(row, max(row.open_amount - self.price * row.open_units, 0)) for row in rows[0]]
        )

    def words(self, currency: str) -> str:
        return f"{format_minor(self.price, currency)} each"


@dataclass(frozen=True)
class Tiers(Benefit):
    """The discount of the highest step that the lines reach together."""

    kind = "tiers"
    term_fields = {"steps": "steps", "percent": "percent"}
    steps: tuple[tuple[int, int], ...]
    """(from how much, how much off): minor units, or basis points if `percent`."""
    percent: bool = False

    def problems(self) -> Iterator[str]:
        if not self.steps or list(self.steps) != sorted(set(self.steps)):
            yield "steps are [from, off] in rising order, at least one."
        for start, off in self.steps:
            if off <= 0 or start < 0 or off > (FULL_DISCOUNT if self.percent else start):
                yield f"Step {start}: off is more than 0, and at most {'10000' if self.percent else 'from'}."

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        amount = sum(row.amount for row in rows[0])
        off = max((off for start, off in self.steps if amount >= start), default=0)
        discount = rules.round(amount * off, FULL_DISCOUNT) if self.percent else min(off, amount)
        return spread_discount(rows[0], discount)

    def words(self, currency: str) -> str:
        def off(amount: int) -> str:
            return format_percentage(amount) if self.percent else format_minor(amount, currency)

        return ", ".join(
            f"{off(amount)} off from {format_minor(start, currency)}"
            for start, amount in self.steps
        )


def _take_open(taken: RowDiscounts) -> RowDiscounts:
    """Take discounts from the open units, without claiming them."""
    for row, discount in taken:
        row.open_amount -= discount
    return [(row, discount) for row, discount in taken if discount]
