"""Import locations from a merchant's list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.bulk_timeouts import be_patient
from app.core.catalogue.changes import Changes, Row
from app.core.catalogue.import_outcome import Outcome, Problem
from app.core.catalogue.models import Location
from app.core.transaction import Transaction

USUAL_WEEK: list[Any] = [[["09:00", "18:00"]]] * 6 + [[]]
"""Monday to Saturday 9–18, closed on Sundays."""


class LocationFields(TypedDict, total=False):
    """Columns of `locations`. What is missing keeps its value, or gets the usual one when new."""

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
    """With name, kind, latitude and longitude in any case."""


@dataclass(frozen=True)
class ImportLocations:
    rows: Sequence[LocationRow]
    """Each code and each name once."""


def import_locations(tx: Transaction, command: ImportLocations) -> Outcome:
    """Create and change locations. What the file does not say stays as it is.

    1. Hold off other writers, so that what is read stays so.
    2. Read the locations with these codes and names.
    3. Per row: refuse it, or find out whether it is new, changed or neither.
    4. Write new rows in one statement, changed ones in another.
    """
    be_patient(tx.session)
    tx.session.execute(_HOLD_OFF_WRITERS)
    there = _read(tx, command.rows)
    named = {location["name"]: code for code, location in there.items()}
    changes, refused = Changes(), []
    for row in command.rows:
        before = there.get(row.code)
        after = {**(before or _usual(row)), **row.fields}
        problem = _problem(row, after, named)
        if problem:
            refused.append(problem)
        else:
            changes.put(before, after)
    _write(tx, changes)
    return Outcome({"locations": changes.tally}, tuple(refused))


def _read(tx: Transaction, rows: Sequence[LocationRow]) -> dict[str, Row]:
    codes = literal([row.code for row in rows], ARRAY(Text))
    names = literal([row.fields["name"] for row in rows], ARRAY(Text))
    found = tx.session.execute(
        select(Location.__table__).where(
            (Location.code == any_(codes)) | (Location.name == any_(names))
        )
    )
    return {row.code: dict(row._mapping) for row in found}


def _usual(row: LocationRow) -> Row:
    return {
        "code": row.code,
        "address": "",
        "country": "GB",
        "region": "",
        "timezone": "Europe/London",
        "hours": USUAL_WEEK,
        "holidays": {},
        "offers_pickup": row.fields["kind"] == "store",
        "preparation_minutes": 120,
        "collect_days": 5,
        "reminder_days": 3,
    }


def _problem(row: LocationRow, after: Row, named: dict[str, str]) -> Problem | None:
    owner = named.get(after["name"], row.code)
    if owner != row.code:
        cure = f"Location {owner} has this name: give this one another, or the code {owner}."
        return Problem(row.line, "name", after["name"], cure)
    if after["reminder_days"] > after["collect_days"]:
        cure = f"Remind before collection ends, after at most {after['collect_days']} days."
        return Problem(row.line, "reminder_days", str(after["reminder_days"]), cure)
    return None


def _write(tx: Transaction, changes: Changes) -> None:
    for location in changes.new:
        tx.insert("locations", **location)
    if changes.changed:
        tx.session.execute(_CHANGE, {"rows": json.dumps(changes.changed, default=str)})
    if changes.written:
        counts = {"created": len(changes.new), "changed": len(changes.changed)}
        tx.record("locations.imported", counts)


_HOLD_OFF_WRITERS = text("LOCK TABLE locations IN SHARE ROW EXCLUSIVE MODE")
_CHANGE = text("""
    UPDATE locations l
    SET name = n.name, kind = n.kind, latitude = n.latitude, longitude = n.longitude,
        address = n.address, country = n.country, region = n.region, timezone = n.timezone, hours = n.hours,
        holidays = n.holidays, offers_pickup = n.offers_pickup,
        preparation_minutes = n.preparation_minutes, collect_days = n.collect_days,
        reminder_days = n.reminder_days
    FROM json_populate_recordset(NULL::locations, CAST(:rows AS json)) n
    WHERE l.id = n.id
""")
