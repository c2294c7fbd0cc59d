"""Writes the new rows of a use case in one statement, for any number of rows and tables.

A round trip costs more than the rows that it carries, so a checkout that writes to eight tables sends one
statement: `WITH a AS (INSERT …), b AS (INSERT …) SELECT`. Foreign keys are checked at its end, so the tables need
no order. Each table takes one parameter, a JSON array, so the text is the same for 1 line and for 500.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Session

Row = Mapping[str, Any]
Shape = tuple[tuple[str, tuple[str, ...]], ...]
"""The tables, each with the columns that are written."""


def insert(session: Session, rows: Mapping[str, Sequence[Row]]) -> None:
    """Insert rows by table name. All rows of a table name the same columns; the other columns take their defaults.

    Raises ValueError if they do not: a column that the first row does not name would be lost silently.
    """
    filled = _filled(rows)
    if not filled:
        return
    # Not by the session's own execute: it would look for mapped classes, and the statement has none.
    session.connection().execute(_statement(_shape(filled)), _values(filled))


def insert_reading(
    session: Session, rows: Mapping[str, Sequence[Row]], reading: str, values: Mapping[str, Any]
) -> Sequence[RowMapping]:
    """Insert rows and run a query in the same statement; return what the query finds.

    `reading` follows the inserts: its own common table expressions, if any, then `SELECT …`. It does not see the
    new rows.
    """
    filled = _filled(rows)
    statement = _statement(_shape(filled), reading)
    return session.connection().execute(statement, {**_values(filled), **values}).mappings().all()


def _filled(rows: Mapping[str, Sequence[Row]]) -> dict[str, Sequence[Row]]:
    filled = {table: batch for table, batch in rows.items() if batch}
    for table, batch in filled.items():
        if any(row.keys() != batch[0].keys() for row in batch):
            raise ValueError(
                f"Rows of {table} name different columns: name the same in all of them."
            )
    return filled


def _shape(filled: Mapping[str, Sequence[Row]]) -> Shape:
    return tuple((table, tuple(batch[0])) for table, batch in filled.items())


def _values(filled: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    return {table: _json(batch) for table, batch in filled.items()}


@lru_cache(maxsize=256)
def _statement(tables: Shape, reading: str = "SELECT 1") -> TextClause:
    """Table and column names come from the models, never from a request."""
    parts = []
    for table, columns in tables:
        names = ", ".join(columns)
        parts.append(
            f"w_{table} AS (INSERT INTO {table} ({names}) "  # noqa: S608 - see the docstring
            f"SELECT {names} FROM json_populate_recordset(NULL::{table}, CAST(:{table} AS json)))"
        )
    follows = f"{' ' if reading.startswith('SELECT') else ', '}{reading}"
    recursive = "RECURSIVE " if follows.startswith(",") else ""
    return text(f"WITH {recursive}{', '.join(parts)}{follows}")


def _json(batch: Sequence[Row]) -> str:
    return json.dumps(batch, default=_plain, separators=(",", ":"))


def _plain(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot be written: {value!r}")
