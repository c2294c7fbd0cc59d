"""What became of an imported file's rows: one form for every import, so one summary tells it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Why a row was not imported, for the person who has the file open."""

    line: int
    """Of the file, counted from 1, as editors do; the first one of a row that has several. 0: of no line."""
    column: str
    value: str
    cure: str


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


@dataclass(frozen=True)
class Outcome:
    counts: Mapping[str, Tally]
    """By what is counted: {"products": …, "variants": …}."""
    refused: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    """Rows that are right, but were left alone."""
    notes: tuple[Problem, ...] = ()
    """Rows that were imported, but with something that a person should know."""
    total: int | None = None
    """What the rows come to, in minor units of `currency`, where they are amounts that are added up."""
    currency: str = ""

    def __add__(self, other: "Outcome") -> "Outcome":
        """The sum of the counts and totals. The rows are left out: a whole file's would fill the memory."""
        names = [*self.counts, *(name for name in other.counts if name not in self.counts)]
        none = Tally()
        return Outcome(
            {name: self.counts.get(name, none) + other.counts.get(name, none) for name in names},
            total=self.total if other.total is None else (self.total or 0) + other.total,
            currency=self.currency or other.currency,
        )
