from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text

from app.core.privacy import data_subject
from app.core.privacy.data_map import TABLES
from app.core.privacy.events import CUSTOMER_EXPORTED
from app.core.privacy.table_entry import TableEntry
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ExportCustomer:
    customer_id: UUID


class CustomerExport(NamedTuple):
    exported_at: datetime
    tables: dict[str, list[dict[str, Any]]]
    """The rows by table, without empty tables."""


def export_customer(tx: Transaction, command: ExportCustomer) -> CustomerExport:
    """Return all data of a customer, as the data map declares it.

    Record the export as an event of the customer. Raises NotFound.
    """
    values = data_subject.load_by_customer(tx.session, command.customer_id).parameters(tx.now)
    tx.record(CUSTOMER_EXPORTED, {}, customer_id=command.customer_id)
    tables = {
        name: [dict(row) for row in tx.session.execute(_rows(name, table), values).mappings()]
        for name, table in TABLES.items()
        if table.exported
    }
    return CustomerExport(tx.now, {name: rows for name, rows in tables.items() if rows})


def _rows(name: str, table: TableEntry) -> TextClause:
    columns = ", ".join(table.exported.split())
    return text(f"SELECT {columns} FROM {name} WHERE {table.row_filter} ORDER BY 1")  # noqa: S608 - literal
