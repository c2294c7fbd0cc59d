import io
from typing import Any

import pytest

from app.adapters import locations_csv
from tests.drivers.imports import reported

FIVE = {
    "code": "lds",
    "name": "Leeds",
    "kind": "store",
    "latitude": "53.7974",
    "longitude": "-1.5438",
}


def read(*rows: dict[str, str]) -> list[Any]:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [
        ",".join(columns),
        *(",".join(row.get(column, "") for column in columns) for row in rows),
    ]
    return list(locations_csv.locations(io.BytesIO("\n".join(lines).encode())))


def test_five_columns_are_enough():
    [leeds] = read(FIVE)
    assert (leeds.line, leeds.code) == (2, "lds")
    assert leeds.fields == {
        "name": "Leeds",
        "kind": "store",
        "latitude": 53.7974,
        "longitude": -1.5438,
    }


def test_optional_cells_are_read_and_empty_cells_set_nothing():
    more = {
        "address": "Briggate", "country": "gb", "region": "nir", "timezone": "Europe/Dublin",
        "opening_hours": "Mon 9-18", "holidays": "2026-12-25", "offers_pickup": "FALSE",
        "preparation_minutes": "30", "collect_days": "7", "reminder_days": "2",
    }  # fmt: skip
    [leeds, york] = read(FIVE | more, FIVE | {"code": "yrk", "name": "York"})
    assert leeds.fields == {
        "name": "Leeds", "kind": "store", "latitude": 53.7974, "longitude": -1.5438,
        "address": "Briggate", "country": "GB", "region": "NIR", "timezone": "Europe/Dublin",
        "hours": [[["09:00", "18:00"]]] + [[]] * 6, "holidays": {"2026-12-25": []},
        "offers_pickup": False, "preparation_minutes": 30, "collect_days": 7, "reminder_days": 2,
    }  # fmt: skip
    assert set(york.fields) == {"name", "kind", "latitude", "longitude"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", ""), ("code", "a b"), ("name", ""), ("kind", "shop"), ("latitude", "91"),
        ("longitude", "west"), ("country", "GBR"), ("region", "Ulster"),
        ("timezone", "London"), ("timezone", "Europe"),
        ("opening_hours", "always"), ("holidays", "Christmas"), ("offers_pickup", "perhaps"),
        ("preparation_minutes", "-5"), ("collect_days", "0"), ("reminder_days", "x"),
        ("collect_days", "2000000000015"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_reported_with_line_column_and_value(column, value):
    assert reported(read(FIVE | {column: value})) == [(2, column, value)]


def test_duplicate_codes_and_names_are_refused():
    same_code, same_name = FIVE | {"name": "Other"}, FIVE | {"code": "other"}
    assert reported(read(FIVE, same_code, same_name)[1:]) == [
        (3, "code", "lds"),
        (4, "name", "Leeds"),
    ]
