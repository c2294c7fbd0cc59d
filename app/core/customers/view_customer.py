from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.customers import queries
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ViewCustomer:
    customer_id: UUID


def view_customer(tx: Transaction, command: ViewCustomer) -> dict[str, Any]:
    """A person's data, for one of the staff: that they looked is an event of hers. Raises NotFound."""
    tx.record("customer.viewed", {"what": "profile"}, customer_id=command.customer_id)
    rows = tx.write_reading(queries.PERSON, {"customer_id": command.customer_id})
    return queries.combine(rows)
