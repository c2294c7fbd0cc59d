"""A gift card is given by the merchant."""

from app.core.payments.stored_value.new_gift_card import (
    IssuedGiftCard,
    IssueGiftCard,
    insert_gift_card,
)
from app.core.transaction import Transaction


def issue_gift_card(tx: Transaction, command: IssueGiftCard) -> IssuedGiftCard:
    """Make a card with so much on it. Code and PIN are shown to whoever made it, and never again."""
    return insert_gift_card(tx, command)
