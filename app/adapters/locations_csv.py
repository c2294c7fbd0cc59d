"""Reads a list of stores and warehouses: five required columns, and optional ones with defaults."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, BinaryIO
from zoneinfo import available_timezones

from app.adapters import csv_rows, opening_hours_csv
from app.adapters.csv_rows import CsvRow
from app.adapters.seen_rows import SeenRows
from app.core.catalogue.import_locations import LocationFields, LocationRow
from app.core.catalogue.import_outcome import Problem

COLUMNS = ("code", "name", "kind", "latitude", "longitude")


def locations(file: BinaryIO) -> Iterator[LocationRow | Problem]:
    """Yield the locations of the file. An empty cell counts as a missing column.

    Raises Invalid if the file as a whole cannot be read.
    """
    with SeenRows() as seen:
        yield from csv_rows.parse_rows(file, COLUMNS, lambda row: _location(row, seen))


def _location(row: CsvRow, seen: SeenRows) -> LocationRow:
    code = row.text(
        "code", max_length=32, fix_if_empty="Give the location a short code, such as ldn-cov."
    )
    if not code.replace("-", "").replace("_", "").isalnum() or not code.isascii():
        raise row.error(
            "code", "Use letters, digits, - and _ only, because it is part of addresses."
        )
    fields: LocationFields = {
        "name": row.text("name", fix_if_empty="Give the location its name."),
        "kind": row.one_of("kind", "store", "warehouse"),
        "latitude": row.degrees("latitude", 90),
        "longitude": row.degrees("longitude", 180),
    }
    for column, field, read in OPTIONAL:
        if row[column]:
            fields[field] = read(row)  # type: ignore[literal-required]
    for column, value in (("code", code), ("name", fields["name"])):
        earlier = seen.get(column, value)
        if earlier:
            raise row.error(column, f"Line {earlier} has the same value. Correct one of the two.")
    seen.put("code", code, row.line)
    seen.put("name", fields["name"], row.line)
    return LocationRow(row.line, code, fields)


def _country(row: CsvRow) -> str:
    country = row["country"].upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise row.error("country", "Write the two letters of ISO 3166, such as GB.")
    return country


def _region(row: CsvRow) -> str:
    region = row["region"].upper()
    if not re.fullmatch("[A-Z0-9]{1,3}", region):
        raise row.error("region", "Write the part of ISO 3166-2 after the country, such as BY.")
    return region


def _timezone(row: CsvRow) -> str:
    if row["timezone"] not in _timezones():
        raise row.error(
            "timezone", "Write a time zone of the IANA database, such as Europe/London."
        )
    return row["timezone"]


@lru_cache(maxsize=1)
def _timezones() -> set[str]:
    return available_timezones()


def _read_hours(column: str, parse: Callable[[str], Any]) -> Callable[[CsvRow], Any]:
    def read(row: CsvRow) -> Any:
        try:
            return parse(row[column])
        except opening_hours_csv.InvalidHours as error:
            raise row.error(column, str(error)) from None

    return read


def _offers_pickup(row: CsvRow) -> bool:
    return row.one_of("offers_pickup", "true", "false", "yes", "no") in ("true", "yes")


MINUTES_PER_MONTH = 31 * 24 * 60

OPTIONAL: tuple[tuple[str, str, Callable[[CsvRow], Any]], ...] = (
    ("address", "address", lambda row: row.text("address", max_length=500)),
    ("country", "country", _country),
    ("region", "region", _region),
    ("timezone", "timezone", _timezone),
    ("opening_hours", "hours", _read_hours("opening_hours", opening_hours_csv.parse_week)),
    ("holidays", "holidays", _read_hours("holidays", opening_hours_csv.parse_holidays)),
    ("offers_pickup", "offers_pickup", _offers_pickup),
    (
        "preparation_minutes",
        "preparation_minutes",
        lambda row: row.integer("preparation_minutes", maximum=MINUTES_PER_MONTH),
    ),
    (
        "collect_days",
        "collect_days",
        lambda row: row.integer("collect_days", minimum=1, maximum=365),
    ),
    ("reminder_days", "reminder_days", lambda row: row.integer("reminder_days", maximum=365)),
)
"""Column of the file, column of the table, and the function that reads it."""
