"""Sorts the rows of an import into new, changed and unchanged ones, so that it writes only what differs."""

from dataclasses import dataclass, field
from typing import Any

from app.core.catalogue.import_outcome import Tally

ColumnValues = dict[str, Any]


@dataclass
class ImportChanges:
    """The rows of one table that an import writes."""

    new: list[ColumnValues] = field(default_factory=list)
    changed: list[ColumnValues] = field(default_factory=list)
    unchanged: int = 0

    def add(self, before: ColumnValues | None, after: ColumnValues) -> bool:
        """Return whether `after` must be written. `before` is None for a row that does not exist yet."""
        if before == after:
            self.unchanged += 1
            return False
        (self.new if before is None else self.changed).append(after)
        return True

    @property
    def written(self) -> list[ColumnValues]:
        return self.new + self.changed

    @property
    def tally(self) -> Tally:
        return Tally(len(self.new), len(self.changed), self.unchanged)
