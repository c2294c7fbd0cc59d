"""The lines of a cart while promotions subtract discounts from them."""

from collections.abc import Sequence
from fractions import Fraction

from app.core.money import round_half_up, spread
from app.core.pricing.engine.tax import CombinedRate

LineKey = tuple[str, str]
"""(SKU, customisation): items with the same key are one line."""


def charge_key(code: str) -> LineKey:
    """Return the key of a charge beside the goods. No SKU is empty, so it equals no key of goods."""
    return "", code


class CartRow:
    """One line. Its `remaining_units` are free for benefits that count units; they cost `remaining_amount`.

    A benefit allocates each unit that it counts, as bought or as given, so that no other benefit counts the unit
    again. Percentages and amounts apply to allocated units too.
    """

    __slots__ = (
        "allocated_amount", "key", "quantity", "rate", "remaining_amount", "remaining_units", "unit_price",
    )  # fmt: skip

    def __init__(self, key: LineKey, units: int, unit_price: int, rate: CombinedRate) -> None:
        self.key = key
        self.quantity = self.remaining_units = units
        self.unit_price = unit_price
        self.rate = rate
        self.remaining_amount = units * unit_price
        self.allocated_amount = 0
        """What the allocated units still cost."""

    def add_gift(self, units: int) -> None:
        """Add units that a benefit gives. They are allocated from the start, at their price."""
        self.quantity += units
        self.allocated_amount += units * self.unit_price

    @property
    def amount(self) -> int:
        """What the line still costs."""
        return self.remaining_amount + self.allocated_amount

    @property
    def remaining_unit_price(self) -> Fraction:
        """What one of the remaining units costs, exactly."""
        return Fraction(self.remaining_amount, self.remaining_units)

    def price_of(self, units: int) -> int:
        """Return what this many of the remaining units cost."""
        return round_half_up(self.remaining_amount * units, self.remaining_units) if units else 0

    def allocate(self, units: int, discount: int = 0) -> None:
        """Allocate remaining units and subtract a discount, of at most their price, from them."""
        price = self.price_of(units)
        self.remaining_units -= units
        self.remaining_amount -= price
        self.allocated_amount += price - discount

    def subtract(self, discount: int) -> None:
        """Subtract a discount, of at most the line's amount, from all units."""
        remaining_part = discount
        if self.allocated_amount:
            remaining_part = round_half_up(discount * self.remaining_amount, self.amount)
        self.remaining_amount -= remaining_part
        self.allocated_amount -= discount - remaining_part


def spread_discount(rows: Sequence[CartRow], discount: int) -> list[tuple[CartRow, int]]:
    """Subtract a discount, of at most the rows' total, by cumulative shares of their amounts."""
    parts = spread(discount, [row.amount for row in rows])
    discounts = [(row, part) for row, part in zip(rows, parts, strict=True) if part]
    for row, part in discounts:
        row.subtract(part)
    return discounts


def dearest_first(rows: Sequence[CartRow]) -> list[CartRow]:
    """Return the rows that have remaining units, by the current price of one, the highest first."""
    return sorted(
        (row for row in rows if row.remaining_units),
        key=lambda row: (-row.remaining_unit_price, row.key),
    )
