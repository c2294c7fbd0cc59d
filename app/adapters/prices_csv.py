"""Reads a list of prices: sku and amount, and optionally list, min_quantity, compare_at and starts_at."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from app.adapters import csv_rows
from app.adapters.csv_rows import CsvRow
from app.adapters.seen_rows import SeenRows
from app.core.catalogue.import_outcome import Problem
from app.core.pricing.price_input import NewPrice

COLUMNS = ("sku", "amount")


def prices(file: BinaryIO, currency: str) -> Iterator[NewPrice | Problem]:
    """Yield the prices of the file. Amounts are in major units of the currency, such as 12.50.

    An empty amount ends a price, an empty list is the base list, an empty starts_at is now. Raises Invalid if the
    file as a whole cannot be read.
    """
    with SeenRows() as seen:
        yield from csv_rows.parse_rows(file, COLUMNS, lambda row: _price(row, currency, seen))


def _price(row: CsvRow, currency: str, seen: SeenRows) -> NewPrice:
    price = NewPrice(
        sku=row.text("sku", max_length=64, fix_if_empty="Give the SKU of a variant."),
        amount=row.money("amount", currency) if row["amount"] else None,
        currency=currency if row["amount"] else None,
        list=row.text("list", max_length=64) or None,
        compare_at=row.money("compare_at", currency) if row["compare_at"] else None,
        min_quantity=row.integer("min_quantity", 1, 1_000_000) if row["min_quantity"] else 1,
        starts_at=_moment(row),
        line=row.line,
    )
    problem = next(price.problems(), None)
    if problem:
        raise row.error(problem.column, problem.fix)
    key = repr((price.list, price.sku, price.min_quantity, price.starts_at))
    if earlier := seen.get("price", key):
        raise row.error("sku", f"Line {earlier} sets it for the same time. Remove one of the two.")
    seen.put("price", key, row.line)
    return price


def _moment(row: CsvRow) -> datetime | None:
    if not row["starts_at"]:
        return None
    try:
        moment = datetime.fromisoformat(row["starts_at"])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise row.error("starts_at", "Write date, time and zone, such as 2026-11-27T00:00+00:00.")
    return moment
