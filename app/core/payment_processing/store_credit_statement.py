"""A person's store credit: hers, and that of all who were merged into her."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.customers.merged_customers import not_found
from app.core.payments.stored_value.queries import ENTRIES


def store_credit(reader: Session | Connection, customer_id: UUID) -> list[dict[str, Any]]:
    """In each currency: currency, balance, and the entries that make it, the oldest first. Raises NotFound."""
    rows = reader.execute(_CREDIT, {"customer": customer_id}).mappings().all()
    if not rows:
        raise not_found()
    return [dict(row) for row in rows if row["currency"] is not None]


_CREDIT = text(f"""
    SELECT c.currency, c.balance, ({ENTRIES} WHERE e.account_id = ANY(c.ids)) AS entries
    FROM customers k LEFT JOIN (
        SELECT currency, sum(balance) AS balance, array_agg(id) AS ids FROM stored_value_accounts
        WHERE kind = 'store_credit' AND customer_id IN (SELECT id FROM customer_ids(:customer)) GROUP BY currency
    ) c ON true
    WHERE k.id = :customer ORDER BY c.currency
""")  # noqa: S608 - constants of the code
