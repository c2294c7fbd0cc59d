from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.privacy import data_subject
from app.core.privacy.data_map import TABLES, Table
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ExportCustomer:
    customer_id: UUID


def export_customer(tx: Transaction, command: ExportCustomer) -> dict[str, Any]:
    """All that is held of a customer: {exported_at, tables: {name: rows}}, by the declaration in `tables`. That it
    was exported is an event of hers. Raises NotFound."""
    values = data_subject.of_customer(tx.session, command.customer_id).values(tx.now)
    tx.record("customer.exported", {}, customer_id=command.customer_id)
    tables = {
        name: [dict(row) for row in tx.session.execute(_rows(name, table), values).mappings()]
        for name, table in TABLES.items()
        if table.shown
    }
    return {"exported_at": tx.now, "tables": {name: rows for name, rows in tables.items() if rows}}


def _rows(name: str, table: Table) -> Any:
    columns = ", ".join(table.shown.split())
    return text(f"SELECT {columns} FROM {name} WHERE {table.whose} ORDER BY 1")  # noqa: S608 - literal
