"""The statement of a customer's store credit, with that of all customers who were merged into them."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.customers.merged_customers import not_found
from app.core.payments.stored_value.queries import ENTRIES


class StoreCredit(NamedTuple):
    currency: str
    balance: int
    entries: list[dict[str, Any]]
    """The entries that make the balance, the oldest first: kind, amount, order and occurred_at, from JSON."""


def store_credit(reader: Session | Connection, customer_id: UUID) -> list[StoreCredit]:
    """Return the store credit in each currency. Raises NotFound."""
    rows = reader.execute(_CREDIT, {"customer": customer_id}).all()
    if not rows:
        raise not_found()
    return [StoreCredit(*row) for row in rows if row.currency is not None]


_CREDIT = text(f"""
    SELECT c.currency, c.balance, ({ENTRIES} WHERE e.account_id = ANY(c.ids)) AS entries
    FROM customers k LEFT JOIN (
        SELECT currency, sum(balance) AS balance, array_agg(id) AS ids FROM stored_value_accounts
        WHERE kind = 'store_credit' AND customer_id IN (SELECT id FROM customer_ids(:customer)) GROUP BY currency
    ) c ON true
    WHERE k.id = :customer ORDER BY c.currency
""")  # noqa: S608 - constants of the code
