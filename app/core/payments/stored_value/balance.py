"""Debits and credits a stored value account: a conditional UPDATE and an entry, in the caller's transaction.

An order locks accounts last, sorted by id, so that two orders never wait for each other.
"""

from uuid import UUID

from sqlalchemy import text

from app.core.payments.stored_value.models import StoredValueEntry
from app.core.transaction import Transaction


def debit(tx: Transaction, account_id: UUID, amount: int, payment_id: UUID, event_id: UUID) -> bool:
    """Debit the whole amount for a payment and return True, or debit nothing and return False.

    It returns False if the balance is too low, or if the account is blocked or expired. Two debits at once never
    exceed the balance: the second one waits for the row and sees what the first one left.
    """
    debited = tx.session.connection().execute(
        _DEBIT, {"id": account_id, "amount": amount, "now": tx.now}
    )
    if debited.rowcount == 0:
        return False
    _insert_entry(tx, account_id, "use", -amount, payment_id, event_id)
    return True


def credit(
    tx: Transaction, account_id: UUID, amount: int, payment_id: UUID, event_id: UUID
) -> None:
    """Credit the unused part of an authorisation, or a refund. An expired card is credited too."""
    tx.session.connection().execute(_CREDIT, {"id": account_id, "amount": amount})
    _insert_entry(tx, account_id, "give_back", amount, payment_id, event_id)


def _insert_entry(
    tx: Transaction, account_id: UUID, kind: str, amount: int, payment_id: UUID, event_id: UUID
) -> None:
    tx.insert(
        StoredValueEntry,
        account_id=account_id,
        kind=kind,
        amount=amount,
        payment_id=payment_id,
        event_id=event_id,
        occurred_at=tx.now,
    )


_DEBIT = text("""
    UPDATE stored_value_accounts SET balance = balance - :amount
    WHERE id = :id AND block_reason IS NULL AND balance >= :amount AND (expires_at IS NULL OR expires_at > :now)
""")
_CREDIT = text("UPDATE stored_value_accounts SET balance = balance + :amount WHERE id = :id")
