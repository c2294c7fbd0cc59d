"""Reads a CSV file row by row: a bad row spoils only itself, a big file needs no more memory."""

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
LONGEST_LINE = LONGEST_CELL = 1 << 20
"""1 MB. A description may be long; what is longer still is a quotation mark left open."""
csv.field_size_limit(LONGEST_CELL)

LARGEST_AMOUNT = 10**12
LARGEST_WHOLE = 10**9


class BadRow(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.fix)
        self.problem = problem


@dataclass(frozen=True)
class Row:
    """The cells of one row by heading, trimmed. What cannot be read raises BadRow with its cure."""

    line: int
    columns: Mapping[str, int]
    """The place of each heading."""
    cells: Sequence[str]

    def __contains__(self, column: str) -> bool:
        """Whether the file has this column at all."""
        return column in self.columns

    def __getitem__(self, column: str) -> str:
        """The cell; empty where the file has no such column or the row ends before it."""
        place = self.columns.get(column, len(self.cells))
        return self.cells[place].strip() if place < len(self.cells) else ""

    def bad(self, column: str, cure: str) -> BadRow:
        return BadRow(Problem(self.line, column, shown(self[column]), cure))

    def text(self, column: str, longest: int = 255, missing: str | None = None) -> str:
        """At most `longest` characters. `missing` is the cure where the cell must not be empty."""
        value = self[column]
        if not value and missing:
            raise self.bad(column, missing)
        if len(value) > longest:
            raise self.bad(column, f"Shorten it to {longest} characters; it has {len(value)}.")
        return value

    def one_of(self, column: str, *values: str) -> str:
        value = self[column].lower()
        if value not in values:
            raise self.bad(column, f"Write {' or '.join(values)}.")
        return value

    def whole(self, column: str, least: int = 0, most: int = LARGEST_WHOLE) -> int:
        """A whole number; `12.0` is one too, as spreadsheets write it."""
        if not re.fullmatch(r"-?[0-9]{1,12}(\.0*)?", self[column]):
            raise self.bad(column, "Write a whole number in digits, such as 12.")
        number = int(self[column].partition(".")[0])
        if not least <= number <= most:
            raise self.bad(column, f"Write a number from {least} to {most:,}.")
        return number

    def degrees(self, column: str, limit: int) -> float:
        try:
            number = float(self[column])
        except ValueError:
            number = float("nan")
        if not isfinite(number) or abs(number) > limit:
            raise self.bad(column, f"Write degrees from -{limit} to {limit}, such as 51.5117.")
        return number

    def money(self, column: str, currency: str) -> int:
        """Minor units of the currency. Digits beyond them must be 0: nobody may round a price."""
        exponent = EXPONENTS.get(currency, 2)
        amount = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]+))?", self[column])
        if not amount:
            raise self.bad(column, f"Write an amount such as {_amount(exponent)}: 0 or more.")
        whole, part = amount[1], (amount[2] or "").rstrip("0")
        if len(part) > exponent:
            raise self.bad(
                column, f"{currency} has {exponent} decimals, as in {_amount(exponent)}."
            )
        minor = int(whole + part.ljust(exponent, "0"))
        if minor > LARGEST_AMOUNT:
            raise self.bad(column, "This is more than a price can be: correct it.")
        return minor

    def exact(self, column: str) -> Decimal:
        """A decimal number with all its digits, also a negative one, in whole units of what it counts."""
        if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", self[column]):
            raise self.bad(column, "Write an amount such as 12.50, or -12.50.")
        return Decimal(self[column])


def parsed(
    file: BinaryIO, needed: Sequence[str], parse: Callable[[Row], Parsed | None]
) -> Iterator[Parsed | Problem]:
    """What `parse` makes of each row, or the problem that it raised; None is left out."""
    for row in rows(file, needed):
        if isinstance(row, Problem):
            yield row
            continue
        try:
            result = parse(row)
        except BadRow as bad:
            yield bad.problem
        else:
            if result is not None:
                yield result


def rows(file: BinaryIO, needed: Sequence[str]) -> Iterator[Row | Problem]:
    """The rows of a CSV file in UTF-8. Raises Invalid where the file as a whole cannot be read."""
    reader = csv.reader(_lines(file), strict=True)
    headings = _headings(reader, needed)
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
            yield _broken(line, reader.line_num)
            continue
        if cells and any(cells):
            empty = False
            yield _row(line, headings, columns, cells)
    if empty:
        raise Invalid("The file has headings but no rows: export it again.")


def shown(text: str) -> str:
    """A value as it can be printed: what was not UTF-8 becomes �, what is long is cut."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "�")
    return whole if len(whole) <= 200 else f"{whole[:199]}…"


def _lines(file: BinaryIO) -> Iterator[str]:
    """Decoded lines. A byte that is not UTF-8 becomes a lone surrogate, which `_row` finds."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM)
            _check_kind(line)
        if len(line) > LONGEST_LINE:
            raise Invalid(f"Line {number} is longer than 1 MB: this cannot be a CSV file of ours.")
        yield line.decode("utf-8", "surrogateescape")


def _check_kind(line: bytes) -> None:
    cure = "open it in a spreadsheet program, save it as “CSV UTF-8”, and import that file."
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(f"The file is UTF-16, not UTF-8: {cure}")
    if line.startswith(b"PK\x03\x04"):
        raise Invalid(f"The file is a spreadsheet or an archive, not CSV: {cure}")
    if b"\0" in line:
        raise Invalid(f"The file is not text in UTF-8: {cure}")


def _headings(reader: Iterator[list[str]], needed: Sequence[str]) -> list[str]:
    try:
        names = [name.strip() for name in next(reader)]
    except StopIteration:
        raise Invalid("The file is empty: export it again.") from None
    except csv.Error:
        raise Invalid("The first line cannot be read as the headings of a CSV file.") from None
    missing = [column for column in needed if column not in names]
    if missing:
        found = ", ".join(shown(name) for name in names if name) or "none"
        lacking = ", ".join(missing)
        columns = "columns" if len(missing) > 1 else "column"
        raise Invalid(
            f"The file lacks the {columns} {lacking}. Its columns are: {found}. "
            "Export it again, separated by commas, or correct the headings in the first line."
        )
    return names


def _row(
    line: int, headings: Sequence[str], columns: Mapping[str, int], cells: Sequence[str]
) -> Row | Problem:
    text = "".join(cells)
    if "\0" in text or not text.isascii():
        for name, cell in zip(headings, cells, strict=False):
            if cure := _unreadable(cell):
                return Problem(line, name, shown(cell), cure)
    if any(cells[len(headings) :]):
        value = shown(",".join(cells[len(headings) :]))
        cure = (
            f"{len(headings)} headings, but {len(cells)} cells: put a text with commas in quotes."
        )
        return Problem(line, "", value, cure)
    return Row(line, columns, cells)


def _unreadable(cell: str) -> str | None:
    if any("\udc80" <= character <= "\udcff" for character in cell):
        return "Save the file as UTF-8."
    return "Remove the character NUL." if "\0" in cell else None


def _broken(first: int, last: int) -> Problem:
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    cure = "Close each quotation mark, and write one within a text twice; nothing of this was read."
    return Problem(first, "", where, cure)


def _amount(exponent: int) -> str:
    return f"12.{'5'.ljust(exponent, '0')}" if exponent else "12"
