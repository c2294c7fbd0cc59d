"""Stores on disk which values a file had in earlier rows, so that a long file needs no more memory."""

import sqlite3
from types import TracebackType
from typing import Self


class SeenRows:
    """Values by kind and key. SQLite keeps them in a temporary file, which close() deletes."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE memory (kind, key, value, PRIMARY KEY (kind, key)) WITHOUT ROWID"
        )
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def put(self, kind: str, key: str, value: str | int) -> None:
        self._database.execute("INSERT OR REPLACE INTO memory VALUES (?, ?, ?)", (kind, key, value))

    def get(self, kind: str, key: str) -> str | int | None:
        query = "SELECT value FROM memory WHERE kind = ? AND key = ?"
        row = self._database.execute(query, (kind, key)).fetchone()
        return row[0] if row else None
