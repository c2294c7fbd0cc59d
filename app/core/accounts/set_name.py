from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.customers import merged_customers
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetName:
    customer_id: UUID
    name: str


def set_name(tx: Transaction, command: SetName) -> UUID:
    """How she is called; who she is."""
    merged_customers.lock(tx.session, command.customer_id)
    tx.session.execute(_SET, {"customer": command.customer_id, "name": command.name})
    tx.record("account.changed", {"what": ["name"]}, customer_id=command.customer_id)
    return command.customer_id


_SET = text("""
    UPDATE contacts c SET name = :name FROM customers k WHERE k.id = :customer AND c.id = k.contact_id
""")
