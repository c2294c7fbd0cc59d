"""The money report as CSV for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from dataclasses import fields

from app.core.money import plain_minor
from app.core.orders.money_report import SUMS, DaySums

HEADINGS = tuple(field.name for field in fields(DaySums))
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that make a spreadsheet run a cell (OWASP, CSV Injection); also their full-width forms."""
FULL_WIDTH = ("＝", "＋", "－", "＠")


def as_csv(rows: Iterable[DaySums]) -> str:
    """Return the CSV. Amounts are in major units with a point: `-12.34`. Lines end as in RFC 4180."""
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
    """Return text that a spreadsheet shows as text. Store codes are user input."""
    return f"'{words}" if words.startswith((*BEGINS_A_FORMULA, *FULL_WIDTH)) else words
