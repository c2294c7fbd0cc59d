"""A gift card is made: bought as a line of an order, or given by the merchant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.ids import new_id
from app.core.payments.prepaid import card_code, expiry
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


@dataclass(frozen=True)
class IssuedCard:
    id: UUID
    code: str
    pin: str
    balance: int
    currency: str
    expires_at: datetime | None


def issue_gift_card(tx: Transaction, command: IssueGiftCard) -> IssuedCard:
    """Make a card with so much on it. Code and PIN are shown to whoever made it, and stored nowhere."""
    card_id = new_id()
    code = card_code.code(tx.ports.secrets, card_id)
    expires_at = expiry.expires_at(command.country, tx.now)
    tx.insert(
        "prepaids",
        id=card_id, kind="gift_card", currency=command.currency, balance=command.amount,
        code_hash=card_code.code_hash(code), last_four=code[-4:], customer_id=None, order_id=command.order_id,
        active=True, expires_at=expires_at, created_at=tx.now,
    )  # fmt: skip
    told = {"prepaid_id": str(card_id), "amount": command.amount, "currency": command.currency}
    event_id = tx.record(
        "gift_card.issued", told | {"reason": command.reason}, order_id=command.order_id
    )
    tx.insert(
        "prepaid_entries",
        prepaid_id=card_id, kind="issue", amount=command.amount, payment_id=None, event_id=event_id,
        occurred_at=tx.now,
    )  # fmt: skip
    pin = card_code.pin(tx.ports.secrets, card_id)
    return IssuedCard(card_id, code, pin, command.amount, command.currency, expires_at)
