"""Whole tables, for tests of their content and their size."""

from collections.abc import Iterable

from tests.reads.reader import Reader


class TableReads(Reader):
    def count(self, table: str) -> int:
        return int(self.read_value(f"SELECT count(*) FROM {table}"))

    def counts(self, tables: Iterable[str]) -> dict[str, int]:
        return {table: self.count(table) for table in tables}

    def rows_as_text(self, *tables: str) -> list[str]:
        """Return each row of the tables as one text of all its columns."""
        return [row for table in tables for row in self._as_text(table)]

    def text_of(self, *tables: str) -> str:
        """Return the content of the tables as one text."""
        return "\n".join(self.rows_as_text(*tables))

    def bytes_of(self, *tables: str) -> str:
        """Return the content of the tables, bytes as characters too."""
        return "".join(str(self.read(_Row, f"SELECT * FROM {table}")) for table in tables)

    def table_names(self) -> list[str]:
        return self.read(lambda table_name: str(table_name), _TABLES)

    def columns(self, table: str) -> list[str]:
        return self.read(lambda column_name: str(column_name), _COLUMNS, table=table)

    def _as_text(self, table: str) -> list[str]:
        return self.read(lambda row: str(row), f"SELECT CAST(one AS text) AS row FROM {table} one")


_Row = dict[str, object]
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = :table ORDER BY ordinal_position
"""
_TABLES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name
"""
