"""A customer is given store credit: instead of money back, or as good will."""

from dataclasses import dataclass
from uuid import UUID

from app.core.errors import NotFound
from app.core.payments.events import STORE_CREDIT_GRANTED
from app.core.payments.stored_value import store_credit_account
from app.core.transaction import Transaction


@dataclass(frozen=True)
class GrantStoreCredit:
    customer_id: UUID
    amount: int
    """Minor units, more than 0."""
    currency: str
    reason: str


def grant_store_credit(tx: Transaction, command: GrantStoreCredit) -> UUID:
    """Add to what she has, in one row per currency; the balance's id. Raises NotFound."""
    account_id = store_credit_account.of(tx, command.customer_id, command.currency, command.amount)
    if account_id is None:
        raise NotFound("There is no such customer: find her by what she is known by.")
    told = {
        "stored_value_account_id": str(account_id),
        "amount": command.amount,
        "reason": command.reason,
    }
    event_id = tx.record(STORE_CREDIT_GRANTED, told, customer_id=command.customer_id)
    tx.insert(
        "stored_value_entries",
        account_id=account_id, kind="issue", amount=command.amount, payment_id=None, event_id=event_id,
        occurred_at=tx.now,
    )  # fmt: skip
    return account_id
