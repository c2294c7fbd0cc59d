"""A gift card was lost or stolen: nobody can pay with it, until it is found."""

from dataclasses import dataclass
from uuid import UUID

from app.core.errors import NotFound
from app.core.payments.events import GIFT_CARD_BLOCKED, GIFT_CARD_UNBLOCKED
from app.core.payments.stored_value.models import StoredValueAccount
from app.core.transaction import Transaction


@dataclass(frozen=True)
class BlockGiftCard:
    card_id: UUID
    active: bool
    reason: str


def block_gift_card(tx: Transaction, command: BlockGiftCard) -> UUID:
    """Block it, or open it again. Raises NotFound."""
    card = tx.session.get(StoredValueAccount, command.card_id, with_for_update=True)
    if card is None or card.kind != "gift_card":
        raise NotFound("There is no such gift card: look it up by its last four characters.")
    card.active = command.active
    kind = GIFT_CARD_UNBLOCKED if command.active else GIFT_CARD_BLOCKED
    tx.record(kind, {"stored_value_account_id": str(card.id), "reason": command.reason})
    return card.id
