"""The CSV report that tells a merchant which rows were not imported and how to fix them."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.core.catalogue.import_outcome import Problem

HEADINGS = ("line", "column", "value", "fix")


@dataclass(frozen=True)
class ImportReport:
    """A report whose file is created with the first problem."""

    path: Path

    @classmethod
    def create(cls, folder: Path, name: str, at: datetime) -> "ImportReport":
        """Return the report `import-stock-20261120T093000Z.csv`. Another one in the same second gets a number."""
        name = f"import-{name}-{at:%Y%m%dT%H%M%SZ}"
        number = 1
        path = folder / f"{name}.csv"
        while path.exists():
            number += 1
            path = folder / f"{name}-{number}.csv"
        return cls(path)

    def add(self, problems: Iterable[Problem]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = not self.path.exists()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(HEADINGS)
            for problem in problems:
                writer.writerow((problem.line or "", problem.column, problem.value, problem.fix))
