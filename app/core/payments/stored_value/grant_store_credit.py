"""Grants store credit to a customer, instead of a refund or as good will."""

from dataclasses import dataclass
from uuid import UUID

from app.core.errors import NotFound
from app.core.payments.events import STORE_CREDIT_GRANTED
from app.core.payments.stored_value import store_credit_account
from app.core.payments.stored_value.models import StoredValueEntry
from app.core.transaction import Transaction


@dataclass(frozen=True)
class GrantStoreCredit:
    customer_id: UUID
    amount: int
    """Minor units, more than 0."""
    currency: str
    reason: str


def grant_store_credit(tx: Transaction, command: GrantStoreCredit) -> UUID:
    """Add to the customer's store credit, one account per currency; return the account's id. Raises NotFound."""
    account_id = store_credit_account.lock_and_add(
        tx, command.customer_id, command.currency, command.amount
    )
    if account_id is None:
        raise NotFound("Customer not found. Search by email, phone or loyalty card.")
    event_id = tx.record(
        STORE_CREDIT_GRANTED,
        {
            "stored_value_account_id": str(account_id),
            "amount": command.amount,
            "reason": command.reason,
        },
        customer_id=command.customer_id,
    )
    tx.insert(
        StoredValueEntry,
        account_id=account_id,
        kind="issue",
        amount=command.amount,
        payment_id=None,
        event_id=event_id,
        occurred_at=tx.now,
    )
    return account_id
