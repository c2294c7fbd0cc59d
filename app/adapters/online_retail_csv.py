"""Reads the invoices of a retailer in the columns of “Online Retail” (UCI Machine Learning Repository).

An invoice is read completely or not at all: a part of it would have another total, and could not be completed
later, because an imported order never changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import BinaryIO
from zoneinfo import ZoneInfo

from app.adapters import csv_rows
from app.adapters.csv_rows import MAX_AMOUNT, MAX_INTEGER, CsvRow, RowError
from app.adapters.seen_rows import SeenRows
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
MAX_LINES = 10_000
"""Lines of one invoice, which is held in memory and written in one transaction."""
MAX_UNFINISHED_LINES = 50_000
"""Lines in memory of invoices whose other rows come later in the file."""

FEES = {"POST", "DOT", "C2", "BANK CHARGES", "AMAZONFEE", "CRUK"}
"""Postage, carriage, and fees of banks, market places and charities."""
MANUAL = {"M", "D", "S", "B"}
"""Entered by hand: any amount, a discount, samples, a bad debt."""


def invoices(file: BinaryIO) -> Iterator[Invoice | Problem]:
    """Yield invoices and the problems between them. Raises Invalid if the file cannot be read.

    Read the file twice, first to count the rows of each invoice, because the rows of some invoices are apart.
    """
    with SeenRows() as seen:
        _count_rows(file, seen)
        file.seek(0)
        reader = _InvoiceReader(seen)
        for row in csv_rows.read_rows(file, COLUMNS):
            yield from reader.add_row(row)
        yield from reader.finish_draft()


def _count_rows(file: BinaryIO, seen: SeenRows) -> None:
    numbers = (
        row["InvoiceNo"] for row in csv_rows.read_rows(file, COLUMNS) if isinstance(row, CsvRow)
    )
    for number, group in groupby(numbers):
        before = seen.get("rows", number) or 0
        seen.put("rows", number, int(before) + sum(1 for _ in group))


@dataclass
class _InvoiceDraft:
    """An invoice whose rows may not all have been read yet."""

    number: str
    missing_rows: int
    """The number of its rows that were not read yet."""
    fix: str = ""
    """How to fix it, if it cannot be imported."""
    at: datetime | None = None
    customer: str | None = None
    lines: list[InvoiceLine] = field(default_factory=list)


@dataclass
class _InvoiceReader:
    seen: SeenRows
    draft: _InvoiceDraft | None = None
    """The invoice of the last row."""
    unfinished: dict[str, _InvoiceDraft] = field(default_factory=dict)
    """Invoices whose other rows come later, by number."""
    next_fix: str = ""
    """The fix for the next invoice, if the row before it could not be read: that row may belong to it."""

    def add_row(self, item: CsvRow | Problem) -> Iterator[Invoice | Problem]:
        if isinstance(item, Problem):
            self.next_fix = _fix_line(item.line)
            self._refuse_draft(self.next_fix)
            yield item
            return
        try:
            number = item.text(
                "InvoiceNo", 64, fix_if_empty="Write the invoice that the row is part of."
            )
        except RowError as bad:
            yield from self.add_row(bad.problem)
            return
        if self.draft is None or self.draft.number != number:
            yield from self.finish_draft()
            self.draft = self._open_draft(number)
        self.next_fix = ""
        yield from self._add_line(item, self.draft)

    def finish_draft(self) -> Iterator[Invoice | Problem]:
        """Yield the invoice of the last row, or a problem for each of its good lines if it cannot be imported."""
        draft, self.draft = self.draft, None
        if draft and draft.missing_rows:
            self._set_aside(draft)
        elif draft and draft.fix:
            for line in draft.lines:
                yield Problem(line.file_line, "InvoiceNo", draft.number, draft.fix)
        elif draft and draft.at:
            yield Invoice(draft.number, draft.at, draft.customer, draft.lines)

    def _set_aside(self, draft: _InvoiceDraft) -> None:
        self.unfinished[draft.number] = draft
        if sum(len(one.lines) for one in self.unfinished.values()) > MAX_UNFINISHED_LINES:
            raise Invalid("The rows of too many invoices are apart. Sort the file by InvoiceNo.")

    def _open_draft(self, number: str) -> _InvoiceDraft:
        """Return the draft of this number: a set-aside one, or a new one."""
        draft = self.unfinished.pop(number, None)
        draft = draft or _InvoiceDraft(number, int(self.seen.get("rows", number) or 0))
        draft.fix = draft.fix or self.next_fix
        return draft

    def _add_line(self, row: CsvRow, draft: _InvoiceDraft) -> Iterator[Problem]:
        draft.missing_rows -= 1
        try:
            line = _line(row, draft)
        except RowError as bad:
            self._refuse_draft(_fix_line(row.line))
            yield bad.problem
        else:
            draft.lines.append(line)

    def _refuse_draft(self, fix: str) -> None:
        if self.draft:
            self.draft.fix = self.draft.fix or fix


def _fix_line(line: int) -> str:
    return f"Correct line {line}. An invoice is imported with all of its lines or not at all."


def _line(row: CsvRow, draft: _InvoiceDraft) -> InvoiceLine:
    """Return the line. Write what it says about the whole invoice into the draft."""
    if len(draft.lines) >= MAX_LINES:
        raise row.error("InvoiceNo", f"An invoice has at most {MAX_LINES:,} lines: divide it.")
    at = _moment(row)
    customer = row.text("CustomerID", 64).removesuffix(".0") or None
    if draft.at is None:
        draft.at, draft.customer = at, customer
    elif draft.customer != customer:
        raise row.error(
            "CustomerID", f"Other lines of this invoice have {draft.customer or 'none'}."
        )
    code = row.text("StockCode", 64, fix_if_empty="Write the code of what was sold.")
    return InvoiceLine(
        row.line,
        _kind(code),
        row.text("Description"),
        row["UnitPrice"],
        _invoiced_item(row, code, at),
    )


def _invoiced_item(row: CsvRow, code: str, at: datetime) -> InvoicedItem:
    """Return the item. A returned one has a positive quantity and a negative price, as on each order line."""
    quantity = row.integer("Quantity", -MAX_INTEGER)
    if quantity == 0:
        raise row.error("Quantity", "Write how many, or remove the row.")
    price = row.decimal("UnitPrice").scaleb(EXPONENTS.get(CURRENCY, 2))
    if quantity < 0:
        price = -price
    item = InvoicedItem(code, abs(quantity), price, _tax_rate(row, at))
    if abs(item.amount) > MAX_AMOUNT:
        raise row.error("UnitPrice", "The amount is too high for a line. Correct it.")
    return item


def _moment(row: CsvRow) -> datetime:
    """Return the time in the retailer's time zone, unless the cell has an offset from UTC."""
    try:
        at = datetime.fromisoformat(row["InvoiceDate"])
    except ValueError:
        raise row.error("InvoiceDate", "Write it as 2010-12-01 08:26:00.") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise row.error("InvoiceDate", f"Write a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(ZONE))


def _tax_rate(row: CsvRow, at: datetime) -> int:
    """Return the rate in ten-thousandths of a percent. Goods sent abroad were sold without VAT."""
    country = row.text("Country", fix_if_empty="Write the country that it was sold to.")
    return standard_rate(at.astimezone(ZoneInfo(ZONE)).date()) if country == HOME else 0


def _kind(code: str) -> str:
    if code.upper() in FEES:
        return "fee"
    return "manual" if code.upper() in MANUAL else "item"
