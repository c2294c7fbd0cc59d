"""The declaration of one table in the data map."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TableEntry:
    not_personal: str = ""
    """Columns without personal data."""
    pseudonymised: str = ""
    """Columns that distinguish people without identifying them: a keyed hash that no address leads to after an
    erasure."""
    staff: str = ""
    """Columns with names of staff and users, or text that they wrote. They hold no data of shoppers."""
    retained: str = ""
    """Columns with personal data that the law requires to keep after an erasure, in the rows where `erased` leaves
    them."""
    erased: dict[str, str] = field(default_factory=dict)
    """Columns with personal data, and the SQL value that an erasure sets each to."""
    row_filter: str = ""
    """The SQL condition for the rows of a person, with :customers, :contacts, :orders, :carts; an erasure also has
    :subjects."""
    exported: str = ""
    """Columns that an export contains."""
    deleted: bool = False
    """True if an erasure deletes the rows: copies, and the parts of an account."""


def declared_columns(table: TableEntry) -> list[str]:
    """Return the text columns of a table, each as often as it is declared.

    A retained column that is also erased counts once. It is retained only in some rows.
    """
    named = f"{table.not_personal} {table.pseudonymised} {table.staff}".split()
    always_retained = [column for column in table.retained.split() if column not in table.erased]
    return [*named, *table.erased, *always_retained]
