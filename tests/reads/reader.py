"""How tests read the database: rows become named tuples, so that a renamed column changes one query."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, text

T = TypeVar("T")


class Numbered(Protocol):
    @property
    def number(self) -> str: ...


AnOrder = Numbered | str | None
"""An order, its number, or None for all orders."""


def number_of(order: AnOrder) -> str | None:
    return order if order is None or isinstance(order, str) else order.number


class Reader:
    reader: Engine
    """It opens no transaction: each read is a snapshot of its own."""

    def read(self, shape: Callable[..., T], query: str, **values: Any) -> list[T]:
        """Return the rows, each as a `shape` whose fields are the query's columns."""
        with self.connected() as connection:
            rows = connection.execute(text(query), values).mappings()
            return [shape(**row) for row in rows]

    def read_value(self, query: str, **values: Any) -> Any:
        """Return the only column of the only row."""
        with self.connected() as connection:
            return connection.execute(text(query), values).scalar_one()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        with self.reader.connect() as connection:
            yield connection
