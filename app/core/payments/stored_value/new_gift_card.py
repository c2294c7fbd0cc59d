"""A gift card comes into being, with so much on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.ids import new_id
from app.core.payments.events import GIFT_CARD_ISSUED
from app.core.payments.stored_value import expiry, gift_card_code
from app.core.transaction import Transaction


@dataclass(frozen=True)
class IssueGiftCard:
    amount: int
    """Minor units."""
    currency: str
    country: str
    """Whose law says how long it must be honoured."""
    reason: str
    order_id: UUID | None = None
    """The order on which it was bought."""


@dataclass(frozen=True)
class IssuedGiftCard:
    id: UUID
    code: str
    pin: str
    balance: int
    currency: str
    expires_at: datetime | None


def insert_gift_card(tx: Transaction, card: IssueGiftCard) -> IssuedGiftCard:
    """Its code and PIN are derived from its id, and stored nowhere."""
    card_id = new_id()
    code = gift_card_code.code(tx.ports.secrets, card_id)
    expires_at = expiry.expires_at(card.country, tx.now)
    tx.insert(
        "stored_value_accounts",
        id=card_id, kind="gift_card", currency=card.currency, balance=card.amount,
        code_hash=gift_card_code.code_hash(code), last_four=code[-4:], customer_id=None, order_id=card.order_id,
        active=True, expires_at=expires_at, created_at=tx.now,
    )  # fmt: skip
    told = {
        "stored_value_account_id": str(card_id),
        "amount": card.amount,
        "currency": card.currency,
    }
    event_id = tx.record(GIFT_CARD_ISSUED, told | {"reason": card.reason}, order_id=card.order_id)
    tx.insert(
        "stored_value_entries",
        account_id=card_id, kind="issue", amount=card.amount, payment_id=None, event_id=event_id,
        occurred_at=tx.now,
    )  # fmt: skip
    pin = gift_card_code.pin(tx.ports.secrets, card_id)
    return IssuedGiftCard(card_id, code, pin, card.amount, card.currency, expires_at)
