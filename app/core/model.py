"""The declarative base of every mapped model, and the column types that they share."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    ForeignKey,
    Function,
    MetaData,
    Text,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.engine import Row
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app.core.ids import new_id

RETRY = {"retry": True}
"""The `info` of a unique index or constraint whose violation means a lost race: the use case runs again, and its
second run finds what the rival wrote. See `retryable`."""

# Fixed names, so that a migration can drop what another made, and code can recognise an error by its constraint.
NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


AnyRow = Row[*tuple[Any, ...]]
"""A row of a query, with its columns by name."""

Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
Minor = Annotated[int, mapped_column(BigInteger)]
"""An amount in minor units (pence) of the row's currency."""


def retryable(metadata: MetaData) -> frozenset[str]:
    """Return the names of the unique indexes and constraints that are marked with RETRY.

    All models must be imported before this is called.
    """
    indexes = (index for table in metadata.tables.values() for index in table.indexes)
    constraints = (item for table in metadata.tables.values() for item in table.constraints)
    marked = [str(index.name) for index in indexes if index.info.get("retry")]
    marked += [str(item.name) for item in constraints if item.info.get("retry")]
    return frozenset(marked)


def check_columns(model: type[Base], names: Collection[str]) -> None:
    """Raise TypeError if the model has no column of one of these names."""
    if unknown := set(names) - _columns(model):
        raise TypeError(f"{model.__name__} has no column {', '.join(sorted(unknown))}.")


@cache
def _columns(model: type[Base]) -> frozenset[str]:
    return frozenset(model.__table__.columns.keys())


def reference(column: str, **options: Any) -> Any:
    """Return a foreign key column to `column` ("orders.id"). Tables of higher rooms are named, not imported."""
    return mapped_column(ForeignKey(column), **options)


def constant(value: str) -> ColumnElement[str]:
    """Return a value that stands in the text of the statement, so a prepared one can use a partial index on it."""
    return literal_column(repr(value), Text)


def json_rows(order_by: Any, **columns: Any) -> Function[Any]:
    """Return the rows of a subquery as one JSON array of objects; NULL if there are none.

    So one statement reads rows with their parts, all from one snapshot.
    """
    row = func.json_build_object(
        *chain(*((constant(name), column) for name, column in columns.items()))
    )
    return func.json_agg(aggregate_order_by(row, order_by))


def one_of(column: str, *values: str) -> str:
    """Return a CHECK text that limits `column` to `values`. Text with a CHECK can grow, an enum type cannot."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
