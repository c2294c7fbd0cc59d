"""Import locations from a merchant's list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.bulk_timeouts import use_bulk_timeouts
from app.core.catalogue.events import LOCATIONS_IMPORTED
from app.core.catalogue.import_changes import ColumnValues, ImportChanges
from app.core.catalogue.import_outcome import ImportOutcome, Problem
from app.core.catalogue.models import Location
from app.core.transaction import Transaction

DEFAULT_HOURS: list[Any] = [[["09:00", "18:00"]]] * 6 + [[]]
"""Monday to Saturday 9–18, closed on Sundays."""


class LocationFields(TypedDict, total=False):
    """Columns of `locations`. A missing one keeps its value; in a new location it gets its default."""

    name: str
    kind: str
    latitude: float
    longitude: float
    address: str
    country: str
    region: str
    timezone: str
    hours: list[Any]
    holidays: dict[str, Any]
    offers_pickup: bool
    preparation_minutes: int
    collect_days: int
    reminder_days: int


@dataclass(frozen=True)
class LocationRow:
    line: int
    code: str
    fields: LocationFields
    """Always with name, kind, latitude and longitude."""


@dataclass(frozen=True)
class ImportLocations:
    rows: Sequence[LocationRow]
    """Each code and each name appears once."""


def import_locations(tx: Transaction, command: ImportLocations) -> ImportOutcome:
    """Create and change locations. A column that the file leaves out stays as it is.

    1. Lock out other writers, so that the rows stay as this import reads them.
    2. Read the locations with these codes and names.
    3. For each row: refuse it, or find out whether it is new, changed or unchanged.
    4. Write new rows in one statement and changed rows in another.
    """
    use_bulk_timeouts(tx.session)
    tx.session.execute(_LOCK_OUT_WRITERS)
    existing = _existing(tx, command.rows)
    code_by_name = {location["name"]: code for code, location in existing.items()}
    changes, refused = ImportChanges(), []
    for row in command.rows:
        before = existing.get(row.code)
        after = {**(before or _defaults(row)), **row.fields}
        problem = _problem(row, after, code_by_name)
        if problem:
            refused.append(problem)
        else:
            changes.add(before, after)
    _write(tx, changes)
    return ImportOutcome({"locations": changes.tally}, tuple(refused))


def _existing(tx: Transaction, rows: Sequence[LocationRow]) -> dict[str, ColumnValues]:
    codes = literal([row.code for row in rows], ARRAY(Text))
    names = literal([row.fields["name"] for row in rows], ARRAY(Text))
    found = tx.session.execute(
        select(Location.__table__).where(
            (Location.code == any_(codes)) | (Location.name == any_(names))
        )
    )
    return {row.code: dict(row._mapping) for row in found}


def _defaults(row: LocationRow) -> ColumnValues:
    return {
        "code": row.code,
        "address": "",
        "country": "GB",
        "region": "",
        "timezone": "Europe/London",
        "hours": DEFAULT_HOURS,
        "holidays": {},
        "offers_pickup": row.fields["kind"] == "store",
        "preparation_minutes": 120,
        "collect_days": 5,
        "reminder_days": 3,
    }


def _problem(row: LocationRow, after: ColumnValues, code_by_name: dict[str, str]) -> Problem | None:
    owner = code_by_name.get(after["name"], row.code)
    if owner != row.code:
        fix = f"Location {owner} has this name: choose another name, or write the code {owner}."
        return Problem(row.line, "name", after["name"], fix)
    if after["reminder_days"] > after["collect_days"]:
        fix = f"Remind before collection ends, after at most {after['collect_days']} days."
        return Problem(row.line, "reminder_days", str(after["reminder_days"]), fix)
    return None


def _write(tx: Transaction, changes: ImportChanges) -> None:
    for location in changes.new:
        tx.insert(Location, **location)
    if changes.changed:
        tx.session.execute(_UPDATE, {"rows": json.dumps(changes.changed, default=str)})
    if changes.written:
        counts = {"created": len(changes.new), "changed": len(changes.changed)}
        tx.record(LOCATIONS_IMPORTED, counts)


_LOCK_OUT_WRITERS = text("LOCK TABLE locations IN SHARE ROW EXCLUSIVE MODE")
_UPDATE = text("""
    UPDATE locations l
    SET name = n.name, kind = n.kind, latitude = n.latitude, longitude = n.longitude,
        address = n.address, country = n.country, region = n.region, timezone = n.timezone, hours = n.hours,
        holidays = n.holidays, offers_pickup = n.offers_pickup,
        preparation_minutes = n.preparation_minutes, collect_days = n.collect_days,
        reminder_days = n.reminder_days
    FROM json_populate_recordset(NULL::locations, CAST(:rows AS json)) n
    WHERE l.id = n.id
""")
