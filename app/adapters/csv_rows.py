"""Reads a CSV file row by row. A bad row affects no other row, and a big file needs no more memory."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import BinaryIO, TypeVar

from app.core.catalogue.import_outcome import Problem
from app.core.errors import Invalid
from app.core.money import EXPONENTS

Parsed = TypeVar("Parsed")

BOM = b"\xef\xbb\xbf"
MAX_LINE_BYTES = MAX_CELL_LENGTH = 1 << 20
"""1 MB. A description may be long; a longer cell is an open quotation mark."""
csv.field_size_limit(MAX_CELL_LENGTH)

MAX_AMOUNT = 10**12
MAX_INTEGER = 10**9


class RowError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.fix)
        self.problem = problem


@dataclass(frozen=True)
class CsvRow:
    """The cells of one row by heading, trimmed. A cell that cannot be read raises RowError with its fix."""

    line: int
    columns: Mapping[str, int]
    """The index of each heading."""
    cells: Sequence[str]

    def __contains__(self, column: str) -> bool:
        """Return whether the file has this column."""
        return column in self.columns

    def __getitem__(self, column: str) -> str:
        """Return the cell, or an empty text if the file has no such column or the row ends before it."""
        index = self.columns.get(column, len(self.cells))
        return self.cells[index].strip() if index < len(self.cells) else ""

    def error(self, column: str, fix: str) -> RowError:
        return RowError(Problem(self.line, column, printable(self[column]), fix))

    def text(self, column: str, max_length: int = 255, fix_if_empty: str | None = None) -> str:
        """Return a text of at most `max_length` characters. Give `fix_if_empty` if the cell must not be empty."""
        value = self[column]
        if not value and fix_if_empty:
            raise self.error(column, fix_if_empty)
        if len(value) > max_length:
            raise self.error(column, f"Shorten it to {max_length} characters; it has {len(value)}.")
        return value

    def one_of(self, column: str, *values: str) -> str:
        value = self[column].lower()
        if value not in values:
            raise self.error(column, f"Write {' or '.join(values)}.")
        return value

    def integer(self, column: str, minimum: int = 0, maximum: int = MAX_INTEGER) -> int:
        """Return a whole number. `12.0` is one too, because spreadsheets write it so."""
        if not re.fullmatch(r"-?[0-9]{1,12}(\.0*)?", self[column]):
            raise self.error(column, "Write a whole number in digits, such as 12.")
        number = int(self[column].partition(".")[0])
        if not minimum <= number <= maximum:
            raise self.error(column, f"Write a number from {minimum} to {maximum:,}.")
        return number

    def degrees(self, column: str, limit: int) -> float:
        try:
            value = float(self[column])
        except ValueError:
            value = float("nan")
        if not isfinite(value) or abs(value) > limit:
            raise self.error(column, f"Write degrees from -{limit} to {limit}, such as 51.5117.")
        return value

    def money(self, column: str, currency: str) -> int:
        """Return minor units of the currency. Digits beyond them must be 0, because a price is never rounded."""
        exponent = EXPONENTS.get(currency, 2)
        amount = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]+))?", self[column])
        if not amount:
            raise self.error(
                column, f"Write an amount such as {_example_amount(exponent)}: 0 or more."
            )
        whole, decimals = amount[1], (amount[2] or "").rstrip("0")
        if len(decimals) > exponent:
            raise self.error(
                column, f"{currency} has {exponent} decimals, as in {_example_amount(exponent)}."
            )
        minor = int(whole + decimals.ljust(exponent, "0"))
        if minor > MAX_AMOUNT:
            raise self.error(column, "The amount is too high for a price. Correct it.")
        return minor

    def decimal(self, column: str) -> Decimal:
        """Return a decimal number with all its digits, which may be negative, in major units."""
        if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", self[column]):
            raise self.error(column, "Write an amount such as 12.50, or -12.50.")
        return Decimal(self[column])


def parse_rows(
    file: BinaryIO, required: Sequence[str], parse: Callable[[CsvRow], Parsed | None]
) -> Iterator[Parsed | Problem]:
    """Yield the result of `parse` for each row, or the problem that it raised. Skip None."""
    for row in read_rows(file, required):
        if isinstance(row, Problem):
            yield row
            continue
        try:
            result = parse(row)
        except RowError as error:
            yield error.problem
        else:
            if result is not None:
                yield result


def read_rows(file: BinaryIO, required: Sequence[str]) -> Iterator[CsvRow | Problem]:
    """Yield the rows of a CSV file in UTF-8. Raises Invalid if the file as a whole cannot be read."""
    reader = csv.reader(_lines(file), strict=True)
    headings = _headings(reader, required)
    columns = {name: place for place, name in reversed(list(enumerate(headings)))}
    empty = True
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            empty = False
            yield _malformed(line, reader.line_num)
            continue
        if cells and any(cells):
            empty = False
            yield _row(line, headings, columns, cells)
    if empty:
        raise Invalid("The file has headings but no rows: export it again.")


def printable(text: str) -> str:
    """Return a value that can be printed: bytes that are not UTF-8 become �, and a long value is cut."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "�")
    return whole if len(whole) <= 200 else f"{whole[:199]}…"


def _lines(file: BinaryIO) -> Iterator[str]:
    """Yield decoded lines. A byte that is not UTF-8 becomes a lone surrogate, which `_row` finds."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM)
            _refuse_other_formats(line)
        if len(line) > MAX_LINE_BYTES:
            raise Invalid(
                f"Line {number} is longer than 1 MB. Check that this is the right CSV file."
            )
        yield line.decode("utf-8", "surrogateescape")


def _refuse_other_formats(line: bytes) -> None:
    fix = "open it in a spreadsheet program, save it as “CSV UTF-8”, and import that file."
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(f"The file is UTF-16, not UTF-8: {fix}")
    if line.startswith(b"PK\x03\x04"):
        raise Invalid(f"The file is a spreadsheet or an archive, not CSV: {fix}")
    if b"\0" in line:
        raise Invalid(f"The file is not text in UTF-8: {fix}")


def _headings(reader: Iterator[list[str]], required: Sequence[str]) -> list[str]:
    try:
        names = [name.strip() for name in next(reader)]
    except StopIteration:
        raise Invalid("The file is empty: export it again.") from None
    except csv.Error:
        raise Invalid("The first line cannot be read as the headings of a CSV file.") from None
    missing = [column for column in required if column not in names]
    if missing:
        found = ", ".join(printable(name) for name in names if name) or "none"
        lacking = ", ".join(missing)
        columns = "columns" if len(missing) > 1 else "column"
        raise Invalid(
            f"The file lacks the {columns} {lacking}. Its columns are: {found}. "
            "Export it again, separated by commas, or correct the headings in the first line."
        )
    return names


def _row(
    line: int, headings: Sequence[str], columns: Mapping[str, int], cells: Sequence[str]
) -> CsvRow | Problem:
    text = "".join(cells)
    if "\0" in text or not text.isascii():
        for name, cell in zip(headings, cells, strict=False):
            if fix := _fix_unreadable(cell):
                return Problem(line, name, printable(cell), fix)
    if any(cells[len(headings) :]):
        value = printable(",".join(cells[len(headings) :]))
        fix = f"{len(headings)} headings, but {len(cells)} cells: put a text with commas in quotes."
        return Problem(line, "", value, fix)
    return CsvRow(line, columns, cells)


def _fix_unreadable(cell: str) -> str | None:
    if any("\udc80" <= character <= "\udcff" for character in cell):
        return "Save the file as UTF-8."
    return "Remove the character NUL." if "\0" in cell else None


def _malformed(first: int, last: int) -> Problem:
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    fix = "Close each quotation mark, and write one inside a text twice. These lines were not read."
    return Problem(first, "", where, fix)


def _example_amount(exponent: int) -> str:
    return f"12.{'5'.ljust(exponent, '0')}" if exponent else "12"
