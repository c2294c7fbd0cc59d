"""The result of an import. All imports return this form, so one summary renders it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True)
class Problem:
    """A row that was not imported, and why. The reader has the file open."""

    line: int
    """The line of the file, counted from 1 as editors do; the first line of a row that has several. 0: no line."""
    column: str
    value: str
    fix: str


@dataclass(frozen=True)
class Tally:
    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )

    @property
    def total(self) -> int:
        return self.created + self.changed + self.unchanged

    @property
    def written(self) -> int:
        return self.created + self.changed


class PriceMove(NamedTuple):
    """A price that an import sets, and the price before it."""

    sku: str
    list: str | None
    """The code of the price list; None: the base prices."""
    min_quantity: int
    before: int | None
    """Minor units of the currency. None means no price, in `after` too."""
    after: int | None
    currency: str
    starts_at: datetime

    @property
    def basis_points(self) -> int:
        """The relative change: 0 if there is nothing to compare, 10,000 if a free item gets a price."""
        if self.before is None or self.after is None or self.before == self.after:
            return 0
        if not self.before:
            return 10_000
        return (self.after - self.before) * 10_000 // self.before


@dataclass(frozen=True)
class PriceMoveSummary:
    """The prices that move in one direction, and how far, in basis points."""

    count: int = 0
    total: int = 0
    largest: int = 0

    @classmethod
    def of(cls, distances: Sequence[int]) -> "PriceMoveSummary":
        return cls(len(distances), sum(distances), max(distances, default=0))

    def __add__(self, other: "PriceMoveSummary") -> "PriceMoveSummary":
        return PriceMoveSummary(
            self.count + other.count, self.total + other.total, max(self.largest, other.largest)
        )

    @property
    def mean(self) -> int:
        return self.total // max(self.count, 1)


@dataclass(frozen=True)
class ImportOutcome:
    counts: Mapping[str, Tally]
    """By kind of row: {"products": …, "variants": …}."""
    refused: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    """Rows that are correct, but that the import left alone."""
    price_moves: tuple[PriceMove, ...] = ()
    price_rises: PriceMoveSummary = PriceMoveSummary()
    price_falls: PriceMoveSummary = PriceMoveSummary()
    notes: tuple[Problem, ...] = ()
    """Rows that were imported, with a remark for the merchant."""
    total: int | None = None
    """The sum of the rows' amounts in minor units of `currency`; None for an import without amounts."""
    currency: str = ""

    def __add__(self, other: "ImportOutcome") -> "ImportOutcome":
        """Add the counts and totals. Leave out the rows: those of a whole file would fill the memory."""
        names = [*self.counts, *(name for name in other.counts if name not in self.counts)]
        none = Tally()
        return ImportOutcome(
            {name: self.counts.get(name, none) + other.counts.get(name, none) for name in names},
            price_rises=self.price_rises + other.price_rises,
            price_falls=self.price_falls + other.price_falls,
            total=self.total if other.total is None else (self.total or 0) + other.total,
            currency=self.currency or other.currency,
        )
