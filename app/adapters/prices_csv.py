"""Reads a list of prices: sku and amount, and where they differ list, min_quantity, compare_at and starts_at."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from app.adapters import csv_rows
from app.adapters.csv_rows import Row
from app.adapters.seen_rows import FileMemory
from app.core.catalogue.import_outcome import Problem
from app.core.pricing.price_input import NewPrice

COLUMNS = ("sku", "amount")


def prices(file: BinaryIO, currency: str) -> Iterator[NewPrice | Problem]:
    """The prices of the file; amounts as 12.50, in major units of the currency. An empty amount ends a price, an
    empty list is the base list, an empty starts_at is now.

    Raises Invalid where the file as a whole cannot be read.
    """
    with FileMemory() as memory:
        yield from csv_rows.parsed(file, COLUMNS, lambda row: _price(row, currency, memory))


def _price(row: Row, currency: str, memory: FileMemory) -> NewPrice:
    price = NewPrice(
        sku=row.text("sku", longest=64, missing="Give the SKU of a variant."),
        amount=row.money("amount", currency) if row["amount"] else None,
        currency=currency if row["amount"] else None,
        list=row.text("list", longest=64) or None,
        compare_at=row.money("compare_at", currency) if row["compare_at"] else None,
        min_quantity=row.whole("min_quantity", 1, 1_000_000) if row["min_quantity"] else 1,
        starts_at=_moment(row),
        line=row.line,
    )
    problem = next(price.problems(), None)
    if problem:
        raise row.bad(problem.column, problem.fix)
    key = repr((price.list, price.sku, price.min_quantity, price.starts_at))
    if earlier := memory.recall("price", key):
        raise row.bad("sku", f"Line {earlier} sets it for the same moment: remove one of the two.")
    memory.keep("price", key, row.line)
    return price


def _moment(row: Row) -> datetime | None:
    if not row["starts_at"]:
        return None
    try:
        moment = datetime.fromisoformat(row["starts_at"])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise row.bad("starts_at", "Write date, time and zone, such as 2026-11-27T00:00+00:00.")
    return moment
