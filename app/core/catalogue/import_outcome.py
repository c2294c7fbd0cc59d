"""What became of an imported file's rows: one form for every import, so one summary tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


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


class Move(NamedTuple):
    """A price that is set, and the one that it follows."""

    sku: str
    list: str | None
    """None: the base list."""
    min_quantity: int
    before: int | None
    """Minor units of the currency; None is no price, also in `after`."""
    after: int | None
    currency: str
    starts_at: datetime

    @property
    def basis_points(self) -> int:
        """How far it moves; 0 where there is nothing to compare, 10,000 where something free gets a price."""
        if self.before is None or self.after is None or self.before == self.after:
            return 0
        if not self.before:
            return 10_000
        return (self.after - self.before) * 10_000 // self.before


@dataclass(frozen=True)
class Moved:
    """Prices that go one way, and how far, in basis points."""

    prices: int = 0
    together: int = 0
    most: int = 0

    @classmethod
    def of(cls, distances: Sequence[int]) -> "Moved":
        return cls(len(distances), sum(distances), max(distances, default=0))

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(
            self.prices + other.prices,
            self.together + other.together,
            max(self.most, other.most),
        )

    @property
    def mean(self) -> int:
        return self.together // max(self.prices, 1)


@dataclass(frozen=True)
class Outcome:
    counts: Mapping[str, Tally]
    """By what is counted: {"products": …, "variants": …}."""
    refused: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    """Rows that are right, but were left alone."""
    moves: tuple[Move, ...] = ()
    """What prices become."""
    up: Moved = Moved()
    down: Moved = Moved()
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
            up=self.up + other.up,
            down=self.down + other.down,
            total=self.total if other.total is None else (self.total or 0) + other.total,
            currency=self.currency or other.currency,
        )
