"""Somebody wants to know what is on a gift card."""

from app.core.errors import DomainError
from app.core.payments.stored_value.verify_gift_card import HeldCard, ShownCard, show_card
from app.core.transaction import CommittedRefusal, Transaction


def look_at_card(tx: Transaction, shown: ShownCard) -> HeldCard | CommittedRefusal[HeldCard]:
    """What it holds, for who has its code and its PIN; a wrong try is remembered."""
    card = show_card(tx, shown)
    return CommittedRefusal(card) if isinstance(card, DomainError) else card
