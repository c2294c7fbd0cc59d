"""Gift cards: issue and block. Code and PIN are derived from the card's id and never stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.payments.events import GIFT_CARD_BLOCKED, GIFT_CARD_ISSUED, GIFT_CARD_UNBLOCKED
from app.core.payments.stored_value import expiry, gift_card_code
from app.core.payments.stored_value.models import StoredValueAccount, StoredValueEntry
from app.core.transaction import Transaction


@dataclass(frozen=True)
class IssueGiftCard:
    amount: int
    """Minor units."""
    currency: str
    country: str
    """The country whose law says how long the card must be honoured."""
    reason: str
    order_id: UUID | None = None
    """The order on which the customer bought it; None if the merchant gives it away."""
    block_reason: str | None = None
    """`unpaid` until the captures of that order are known."""


@dataclass(frozen=True)
class IssuedGiftCard:
    id: UUID
    code: str
    pin: str
    balance: int
    currency: str
    expires_at: datetime | None


def issue_gift_card(tx: Transaction, command: IssueGiftCard) -> IssuedGiftCard:
    """Create a card with a balance. Its code and PIN are returned once and cannot be read again."""
    card_id = new_id()
    code = gift_card_code.code(tx.ports.secrets, card_id)
    expires_at = expiry.expires_at(command.country, tx.now)
    tx.insert(
        StoredValueAccount,
        id=card_id,
        kind="gift_card",
        currency=command.currency,
        balance=command.amount,
        code_hash=gift_card_code.code_hash(code),
        last4=code[-4:],
        customer_id=None,
        order_id=command.order_id,
        block_reason=command.block_reason,
        expires_at=expires_at,
        created_at=tx.now,
    )
    event_id = tx.record(
        GIFT_CARD_ISSUED,
        {
            "stored_value_account_id": str(card_id),
            "amount": command.amount,
            "currency": command.currency,
            "reason": command.reason,
        },
        order_id=command.order_id,
    )
    tx.insert(
        StoredValueEntry,
        account_id=card_id,
        kind="issue",
        amount=command.amount,
        payment_id=None,
        event_id=event_id,
        occurred_at=tx.now,
    )
    pin = gift_card_code.pin(tx.ports.secrets, card_id)
    return IssuedGiftCard(card_id, code, pin, command.amount, command.currency, expires_at)


@dataclass(frozen=True)
class BlockGiftCard:
    card_id: UUID
    active: bool
    """False blocks the card, for example when it was lost; True unblocks it."""
    reason: str


def block_gift_card(tx: Transaction, command: BlockGiftCard) -> UUID:
    """Block a card so that it pays nothing, or unblock it.

    Raises NotFound, Conflict (invalid_state) for a card whose order is not paid.
    """
    card = tx.session.get(StoredValueAccount, command.card_id, with_for_update=True)
    if card is None or card.kind != "gift_card":
        raise NotFound("There is no such gift card. Search by its last four characters.")
    if command.active and card.block_reason in ("unpaid", "disputed"):
        raise Conflict(
            f"The order of this card is {card.block_reason}: the card becomes active when the money is here.",
            code="invalid_state",
            block_reason=card.block_reason,
        )
    card.block_reason = None if command.active else "merchant"
    kind = GIFT_CARD_UNBLOCKED if command.active else GIFT_CARD_BLOCKED
    tx.record(kind, {"stored_value_account_id": str(card.id), "reason": command.reason})
    return card.id
