"""Sorts rows into new, changed and unchanged ones, so that an import writes only what differs."""

from dataclasses import dataclass, field
from typing import Any

from app.core.catalogue.import_outcome import Tally

Row = dict[str, Any]


@dataclass
class Changes:
    """What is to be done with the rows of one table."""

    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    unchanged: int = 0

    def put(self, before: Row | None, after: Row) -> bool:
        """Whether `after` has to be written; `before` is None for a row that is not there yet."""
        if before == after:
            self.unchanged += 1
            return False
        (self.new if before is None else self.changed).append(after)
        return True

    @property
    def written(self) -> list[Row]:
        return self.new + self.changed

    @property
    def tally(self) -> Tally:
        return Tally(len(self.new), len(self.changed), self.unchanged)
