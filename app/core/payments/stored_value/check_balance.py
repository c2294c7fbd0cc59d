"""Somebody wants to know what is on a gift card."""

from app.core.errors import DomainError
from app.core.payments.stored_value.verify_gift_card import (
    GiftCardCredentials,
    VerifiedGiftCard,
    verify_gift_card,
)
from app.core.transaction import CommittedRefusal, Transaction


def check_balance(
    tx: Transaction, shown: GiftCardCredentials
) -> VerifiedGiftCard | CommittedRefusal[VerifiedGiftCard]:
    """What it holds, for who has its code and its PIN; a wrong try is remembered."""
    card = verify_gift_card(tx, shown)
    return CommittedRefusal(card) if isinstance(card, DomainError) else card
