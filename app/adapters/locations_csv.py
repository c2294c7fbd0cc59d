"""Reads a list of shops and warehouses: five columns, and more where one is not as usual."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, BinaryIO
from zoneinfo import available_timezones

from app.adapters import csv_rows, opening_hours_csv
from app.adapters.csv_rows import Row
from app.adapters.seen_rows import FileMemory
from app.core.catalogue.import_locations import LocationFields, LocationRow
from app.core.catalogue.import_outcome import Problem

COLUMNS = ("code", "name", "kind", "latitude", "longitude")


def locations(file: BinaryIO) -> Iterator[LocationRow | Problem]:
    """The locations of the file. An empty cell says as little as a column that is not there.

    Raises Invalid where the file as a whole cannot be read.
    """
    with FileMemory() as memory:
        yield from csv_rows.parsed(file, COLUMNS, lambda row: _location(row, memory))


def _location(row: Row, memory: FileMemory) -> LocationRow:
    code = row.text("code", longest=32, missing="Give the location a short code, such as ldn-cov.")
    if not code.replace("-", "").replace("_", "").isalnum() or not code.isascii():
        raise row.bad("code", "Use letters, digits, - and _ only, since it stands in addresses.")
    fields: LocationFields = {
        "name": row.text("name", missing="Give the location its name."),
        "kind": row.one_of("kind", "store", "warehouse"),
        "latitude": row.degrees("latitude", 90),
        "longitude": row.degrees("longitude", 180),
    }
    for column, field, read in OPTIONAL:
        if row[column]:
            fields[field] = read(row)  # type: ignore[literal-required]
    for column, value in (("code", code), ("name", fields["name"])):
        earlier = memory.recall(column, value)
        if earlier:
            raise row.bad(column, f"Line {earlier} has it already: correct one of the two.")
    memory.keep("code", code, row.line)
    memory.keep("name", fields["name"], row.line)
    return LocationRow(row.line, code, fields)


def _country(row: Row) -> str:
    country = row["country"].upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise row.bad("country", "Write the two letters of ISO 3166, such as GB.")
    return country


def _region(row: Row) -> str:
    region = row["region"].upper()
    if not re.fullmatch("[A-Z0-9]{1,3}", region):
        raise row.bad("region", "Write the part of ISO 3166-2 behind the country, such as BY.")
    return region


def _timezone(row: Row) -> str:
    if row["timezone"] not in _timezones():
        raise row.bad("timezone", "Write a time zone of the IANA database, such as Europe/London.")
    return row["timezone"]


@lru_cache(maxsize=1)
def _timezones() -> set[str]:
    return available_timezones()


def _hours(column: str, parse: Callable[[str], Any]) -> Callable[[Row], Any]:
    def read(row: Row) -> Any:
        try:
            return parse(row[column])
        except opening_hours_csv.NotHours as error:
            raise row.bad(column, str(error)) from None

    return read


def _offers_pickup(row: Row) -> bool:
    return row.one_of("offers_pickup", "true", "false", "yes", "no") in ("true", "yes")


MINUTES_OF_A_MONTH = 31 * 24 * 60

OPTIONAL: tuple[tuple[str, str, Callable[[Row], Any]], ...] = (
    ("address", "address", lambda row: row.text("address", longest=500)),
    ("country", "country", _country),
    ("region", "region", _region),
    ("timezone", "timezone", _timezone),
    ("opening_hours", "hours", _hours("opening_hours", opening_hours_csv.week)),
    ("holidays", "holidays", _hours("holidays", opening_hours_csv.holidays)),
    ("offers_pickup", "offers_pickup", _offers_pickup),
    (
        "preparation_minutes",
        "preparation_minutes",
        lambda row: row.whole("preparation_minutes", most=MINUTES_OF_A_MONTH),
    ),
    ("collect_days", "collect_days", lambda row: row.whole("collect_days", least=1, most=365)),
    ("reminder_days", "reminder_days", lambda row: row.whole("reminder_days", most=365)),
)
"""Column of the file, column of the table, and how it is read."""
