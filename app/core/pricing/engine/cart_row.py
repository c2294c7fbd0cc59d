"""The lines of a cart while discounts are taken from them."""

from collections.abc import Sequence
from fractions import Fraction

from app.core.money import round_half_up, spread

LineKey = tuple[str, str]
"""(SKU, customisation): lines that are the same in both are one line."""


def charge_key(code: str) -> LineKey:
    """Of what is paid beside the goods; no SKU is empty."""
    return "", code


class CartRow:
    """One line: `open_units` of it are still there for offers that count units, and cost `open_amount`.

    A unit that an offer has counted, as bought or as given, is claimed, so that no other offer counts it again.
    Percentages and amounts go on to claimed units too.
    """

    __slots__ = (
        "claimed", "key", "open_amount", "open_units", "quantity", "tax_rate", "unit_price",
    )  # fmt: skip

    def __init__(self, key: LineKey, units: int, unit_price: int, tax_rate: int) -> None:
        self.key = key
        self.quantity = self.open_units = units
        self.unit_price = unit_price
        self.tax_rate = tax_rate
        self.open_amount = units * unit_price
        self.claimed = 0
        """What the claimed units still cost."""

    def add_gift(self, units: int) -> None:
        """Add units that an offer gives: claimed from the start, at their price."""
        self.quantity += units
        self.claimed += units * self.unit_price

    @property
    def amount(self) -> int:
        """What is still to pay for the line."""
        return self.open_amount + self.claimed

    @property
    def remaining_unit_price(self) -> Fraction:
        """What one of the open units costs, exactly."""
        return Fraction(self.open_amount, self.open_units)

    def price_of(self, units: int) -> int:
        """What that many of the open units cost."""
        return round_half_up(self.open_amount * units, self.open_units) if units else 0

    def allocate(self, units: int, discount: int = 0) -> None:
        """Claim open units and take a discount, of at most their worth, from them."""
        worth = self.price_of(units)
        self.open_units -= units
        self.open_amount -= worth
        self.claimed += worth - discount

    def subtract(self, discount: int) -> None:
        """Take a discount, of at most the line's amount, from all of it."""
        of_open = discount
        if self.claimed:
            of_open = round_half_up(discount * self.open_amount, self.amount)
        self.open_amount -= of_open
        self.claimed -= discount - of_open


def spread_discount(rows: Sequence[CartRow], discount: int) -> list[tuple[CartRow, int]]:
    """Take a discount, of at most what the rows cost, by cumulative shares of their amounts."""
    parts = spread(discount, [row.amount for row in rows])
    taken = [(row, part) for row, part in zip(rows, parts, strict=True) if part]
    for row, part in taken:
        row.subtract(part)
    return taken


def dearest_first(rows: Sequence[CartRow]) -> list[CartRow]:
    """By what one of their open units costs now."""
    return sorted(
        (row for row in rows if row.open_units),
        key=lambda row: (-row.remaining_unit_price, row.key),
    )
