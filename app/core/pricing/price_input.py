"""A price that a merchant sets or imports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.core.catalogue.import_outcome import Problem
from app.core.pricing.date_limits import LATEST_START, TOO_LATE


@dataclass(frozen=True)
class NewPrice:
    sku: str
    amount: int | None
    """Minor units. None ends the price: from then on the base price or the next lower tier applies."""
    currency: str | None = None
    """None, when the price ends, means the list's currency."""
    list: str | None = None
    """Code; None is the base list of the currency."""
    compare_at: int | None = None
    """Minor units, shown struck through."""
    min_quantity: int = 1
    starts_at: datetime | None = None
    """None means now."""
    line: int = 0
    """Its place in the request or the file, for error messages."""

    @property
    def is_tier_of_list(self) -> bool:
        return self.list is not None and self.min_quantity > 1

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the price itself, whatever prices are stored."""
        if self.amount is not None and self.amount < 0:
            yield self.problem("amount", self.amount, "A price is 0 or more: correct it.")
        if self.min_quantity < 1:
            yield self.problem(
                "min_quantity", self.min_quantity, "Write the least number of units: 1 or more."
            )
        if self.compare_at is not None and (self.amount is None or self.compare_at <= self.amount):
            fix = "Give the higher price that it is compared with, or leave it out."
            yield self.problem("compare_at", self.compare_at, fix)
        if self.starts_at is not None and self.starts_at >= LATEST_START:
            yield self.problem("starts_at", self.starts_at, TOO_LATE)
        if self.amount is None and self.list is None and self.min_quantity == 1:
            fix = "A base price cannot end: set another one, or withdraw the variant."
            yield self.problem("amount", "", fix)

    def problem(self, column: str, value: object, fix: str) -> Problem:
        return Problem(self.line, column, str(value), fix)
