"""A price that is to be set."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.core.catalogue.import_outcome import Problem
from app.core.pricing.date_limits import LATEST_START, TOO_LATE


@dataclass(frozen=True)
class NewPrice:
    sku: str
    amount: int | None
    """Minor units; None ends it: from then on the base price counts, or the next lower tier."""
    currency: str | None = None
    """None, for an ending: the list's."""
    list: str | None = None
    """Code; None is the base list of the currency."""
    compare_at: int | None = None
    """Minor units, shown struck through."""
    min_quantity: int = 1
    starts_at: datetime | None = None
    """None: now."""
    line: int = 0
    """Where it stands in what was sent, for errors."""

    @property
    def is_tier_of_list(self) -> bool:
        return self.list is not None and self.min_quantity > 1

    def problems(self) -> Iterator[Problem]:
        """What is wrong with it, whatever is there."""
        if self.amount is not None and self.amount < 0:
            yield self.problem("amount", self.amount, "A price is 0 or more: correct it.")
        if self.min_quantity < 1:
            yield self.problem(
                "min_quantity", self.min_quantity, "Write from how many units on: 1 or more."
            )
        if self.compare_at is not None and (self.amount is None or self.compare_at <= self.amount):
            cure = "Give the higher price that it is compared with, or leave it out."
            yield self.problem("compare_at", self.compare_at, cure)
        if self.starts_at is not None and self.starts_at >= LATEST_START:
            yield self.problem("starts_at", self.starts_at, TOO_LATE)
        if self.amount is None and self.list is None and self.min_quantity == 1:
            cure = "A base price cannot end: set another one, or withdraw the variant."
            yield self.problem("amount", "", cure)

    def problem(self, column: str, value: object, cure: str) -> Problem:
        return Problem(self.line, column, str(value), cure)
