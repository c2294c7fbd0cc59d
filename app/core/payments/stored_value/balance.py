"""Taking from a balance and giving back: a conditional UPDATE and an entry, in the caller's transaction.

Balances are locked after all else that an order locks, sorted by id.
"""

from uuid import UUID

from sqlalchemy import text

from app.core.transaction import Transaction


def debit(tx: Transaction, account_id: UUID, amount: int, payment_id: UUID, event_id: UUID) -> bool:
    """Take so much for a payment, or nothing at all: False where the balance does not have it, is blocked, or
    has expired. Two at once never get more than there is: whoever waited for the row sees what the other left."""
    taken = tx.session.connection().execute(
        _DEBIT, {"id": account_id, "amount": amount, "now": tx.now}
    )
    if taken.rowcount == 0:
        return False
    _insert_entry(tx, account_id, "use", -amount, payment_id, event_id)
    return True


def credit(
    tx: Transaction, account_id: UUID, amount: int, payment_id: UUID, event_id: UUID
) -> None:
    """What a payment does not take after all, or a refund. A card that has expired since gets it all the same."""
    tx.session.connection().execute(_CREDIT, {"id": account_id, "amount": amount})
    _insert_entry(tx, account_id, "give_back", amount, payment_id, event_id)


def _insert_entry(
    tx: Transaction, account_id: UUID, kind: str, amount: int, payment_id: UUID, event_id: UUID
) -> None:
    tx.insert(
        "stored_value_entries",
        account_id=account_id, kind=kind, amount=amount, payment_id=payment_id, event_id=event_id,
        occurred_at=tx.now,
    )  # fmt: skip


_DEBIT = text("""
    UPDATE stored_value_accounts SET balance = balance - :amount
    WHERE id = :id AND active AND balance >= :amount AND (expires_at IS NULL OR expires_at > :now)
""")
_CREDIT = text("UPDATE stored_value_accounts SET balance = balance + :amount WHERE id = :id")
