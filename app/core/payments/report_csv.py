"""The money report as a spreadsheet opens it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import fields

from app.core.money import plain_minor
from app.core.payments.report import SUMS, DaySums

HEADINGS = tuple(field.name for field in fields(DaySums))
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet would run (OWASP, CSV Injection). Full-width twins as well."""
FULL_WIDTH = ("＝", "＋", "－", "＠")


def as_csv(rows: Iterable[DaySums]) -> str:
    """Amounts in whole units with a point: `-12.34`. The lines end as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow([_cell(row, name) for name in HEADINGS])
    return out.getvalue()


def _cell(row: DaySums, name: str) -> str:
    value = getattr(row, name)
    if name in SUMS:
        return plain_minor(value, row.currency)
    return harmless("" if value is None else str(value))


def harmless(words: str) -> str:
    """Text that a spreadsheet shows as text: a store's code comes from people."""
    return f"'{words}" if words.startswith((*BEGINS_A_FORMULA, *FULL_WIDTH)) else words
