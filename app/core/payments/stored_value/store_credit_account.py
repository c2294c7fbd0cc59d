"""The store credit account of a customer in a currency, created at its first use."""

from uuid import UUID

from sqlalchemy import text

from app.core.ids import new_id
from app.core.transaction import Transaction


def lock_and_add(tx: Transaction, customer_id: UUID, currency: str, more: int = 0) -> UUID | None:
    """Lock the account, add `more` to it and return its id. The caller inserts the entry for `more`.

    Return None if the customer does not exist or was erased.
    """
    found = tx.session.scalar(
        _OPEN,
        {
            "id": new_id(), "customer": customer_id, "currency": currency, "amount": more, "now": tx.now,
        },
    )  # fmt: skip
    return UUID(str(found)) if found is not None else None


_OPEN = text("""
    INSERT INTO stored_value_accounts AS known (id, kind, currency, balance, customer_id, created_at)
    SELECT :id, 'store_credit', :currency, :amount, c.id, :now FROM customers c
    WHERE c.id = :customer AND c.erased_at IS NULL
    ON CONFLICT (customer_id, currency) WHERE kind = 'store_credit'
        DO UPDATE SET balance = known.balance + excluded.balance
    RETURNING id
""")
