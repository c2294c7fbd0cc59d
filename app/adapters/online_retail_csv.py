"""Reads the invoices of a retailer in the columns of “Online Retail” (UCI Machine Learning Repository).

An invoice is read as a whole or not at all: a part of it would have another sum, and could not be completed
later, since an order that was imported stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import BinaryIO
from zoneinfo import ZoneInfo

from app.adapters import csv_rows
from app.adapters.csv_rows import LARGEST_AMOUNT, LARGEST_WHOLE, BadRow, Row
from app.adapters.seen_rows import FileMemory
from app.core.catalogue.import_outcome import Problem
from app.core.errors import Invalid
from app.core.money import EXPONENTS
from app.core.order_import.import_orders import Invoice, InvoiceLine
from app.core.pricing.engine.invoiced import InvoicedItem
from app.core.pricing.engine.vat import standard_rate

SOURCE = "online-retail"
CURRENCY = "GBP"
ZONE = "Europe/London"
HOME = "United Kingdom"
FIRST_YEAR, LAST_YEAR = 1980, 2099
COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
)  # fmt: skip
MOST_LINES = 10_000
"""Of one invoice, which is held in memory and written in one transaction."""
MOST_WAITING = 50_000
"""Lines in memory of invoices whose rest comes later in the file."""

FEES = {"POST", "DOT", "C2", "BANK CHARGES", "AMAZONFEE", "CRUK"}
"""Postage, carriage, and what banks, market places and charities keep."""
MANUAL = {"M", "D", "S", "B"}
"""Entered by hand: any amount, a discount, samples, a bad debt."""


def invoices(file: BinaryIO) -> Iterator[Invoice | Problem]:
    """Invoices, and the problems in between. Raises Invalid where the file cannot be read.

    It is read twice, first to count the rows of each invoice: of some the lines do not follow one another.
    """
    with FileMemory() as memory:
        _count_rows(file, memory)
        file.seek(0)
        reader = _Reader(memory)
        for row in csv_rows.rows(file, COLUMNS):
            yield from reader.take(row)
        yield from reader.leave()


def _count_rows(file: BinaryIO, memory: FileMemory) -> None:
    numbers = (row["InvoiceNo"] for row in csv_rows.rows(file, COLUMNS) if isinstance(row, Row))
    for number, group in groupby(numbers):
        before = memory.recall("rows", number) or 0
        memory.keep("rows", number, int(before) + sum(1 for _ in group))


@dataclass
class _Draft:
    """An invoice of which not all rows may have come yet."""

    number: str
    missing: int
    """How many of its rows have not come."""
    bad: str = ""
    """Why it cannot be imported, as a cure."""
    at: datetime | None = None
    customer: str | None = None
    lines: list[InvoiceLine] = field(default_factory=list)


@dataclass
class _Reader:
    memory: FileMemory
    draft: _Draft | None = None
    """What the last row is part of."""
    waiting: dict[str, _Draft] = field(default_factory=dict)
    """Others whose rest comes later, by number."""
    stray: str = ""
    """Why the next invoice cannot be imported: the row before it may be one of its own."""

    def take(self, item: Row | Problem) -> Iterator[Invoice | Problem]:
        if isinstance(item, Problem):
            self.stray = _cure(item.line)
            self._mark(self.stray)
            yield item
            return
        try:
            number = item.text(
                "InvoiceNo", 64, missing="Write the invoice that the row is part of."
            )
        except BadRow as bad:
            yield from self.take(bad.problem)
            return
        if self.draft is None or self.draft.number != number:
            yield from self.leave()
            self.draft = self._begin(number)
        self.stray = ""
        yield from self._add(item, self.draft)

    def leave(self) -> Iterator[Invoice | Problem]:
        """What the last row was part of: the invoice, or why it is not imported, for each line that is good."""
        draft, self.draft = self.draft, None
        if draft and draft.missing:
            self._keep_waiting(draft)
        elif draft and draft.bad:
            for line in draft.lines:
                yield Problem(line.file_line, "InvoiceNo", draft.number, draft.bad)
        elif draft and draft.at:
            yield Invoice(draft.number, draft.at, draft.customer, draft.lines)

    def _keep_waiting(self, draft: _Draft) -> None:
        self.waiting[draft.number] = draft
        if sum(len(one.lines) for one in self.waiting.values()) > MOST_WAITING:
            raise Invalid("The rows of too many invoices are apart: sort the file by InvoiceNo.")

    def _begin(self, number: str) -> _Draft:
        """The invoice of this number, perhaps not from its beginning."""
        draft = self.waiting.pop(number, None)
        draft = draft or _Draft(number, int(self.memory.recall("rows", number) or 0))
        draft.bad = draft.bad or self.stray
        return draft

    def _add(self, row: Row, draft: _Draft) -> Iterator[Problem]:
        draft.missing -= 1
        try:
            line = _line(row, draft)
        except BadRow as bad:
            self._mark(_cure(row.line))
            yield bad.problem
        else:
            draft.lines.append(line)

    def _mark(self, cure: str) -> None:
        if self.draft:
            self.draft.bad = self.draft.bad or cure


def _cure(line: int) -> str:
    return f"Correct line {line}: an invoice is imported with all of its lines or not at all."


def _line(row: Row, draft: _Draft) -> InvoiceLine:
    """The line; what it tells of the whole invoice goes into the draft."""
    if len(draft.lines) >= MOST_LINES:
        raise row.bad("InvoiceNo", f"An invoice has at most {MOST_LINES:,} lines: divide it.")
    at = _moment(row)
    customer = row.text("CustomerID", 64).removesuffix(".0") or None
    if draft.at is None:
        draft.at, draft.customer = at, customer
    elif draft.customer != customer:
        raise row.bad("CustomerID", f"Other lines of this invoice have {draft.customer or 'none'}.")
    code = row.text("StockCode", 64, missing="Write the code of what was sold.")
    return InvoiceLine(
        row.line, _kind(code), row.text("Description"), row["UnitPrice"], _sold(row, code, at)
    )


def _sold(row: Row, code: str, at: datetime) -> InvoicedItem:
    """What was given back is a positive quantity at a negative price: so it is with each order's line."""
    quantity = row.whole("Quantity", -LARGEST_WHOLE)
    if quantity == 0:
        raise row.bad("Quantity", "Write how many, or remove the row.")
    price = row.exact("UnitPrice").scaleb(EXPONENTS.get(CURRENCY, 2))
    if quantity < 0:
        price = -price
    sold = InvoicedItem(code, abs(quantity), price, _tax_rate(row, at))
    if abs(sold.amount) > LARGEST_AMOUNT:
        raise row.bad("UnitPrice", "This is more than a line can come to: correct it.")
    return sold


def _moment(row: Row) -> datetime:
    """By the retailer's clock, unless it is written with an offset from UTC."""
    try:
        at = datetime.fromisoformat(row["InvoiceDate"])
    except ValueError:
        raise row.bad("InvoiceDate", "Write it as 2010-12-01 08:26:00.") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise row.bad("InvoiceDate", f"Write a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(ZONE))


def _tax_rate(row: Row, at: datetime) -> int:
    """Return the rate in ten-thousandths of a percent. Goods sent abroad were sold without VAT."""
    country = row.text("Country", missing="Write the country that it was sold to.")
    return standard_rate(at.astimezone(ZoneInfo(ZONE)).date()) if country == HOME else 0


def _kind(code: str) -> str:
    if code.upper() in FEES:
        return "fee"
    return "manual" if code.upper() in MANUAL else "item"
