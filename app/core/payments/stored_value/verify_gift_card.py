"""Who shows a gift card's code and PIN may use it, and see what it holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import select

from app.core import rate_limits, secret_labels
from app.core.errors import DomainError, InvalidGiftCard, TooManyAttempts
from app.core.payments.stored_value import gift_card_code
from app.core.payments.stored_value.models import StoredValueAccount
from app.core.transaction import Transaction

TRIES, WINDOW = 5, timedelta(minutes=15)
TRIES_A_DAY, DAY = 20, timedelta(days=1)


@dataclass(frozen=True)
class GiftCardCredentials:
    """What was written on it, as it was typed."""

    code: str
    pin: str


@dataclass(frozen=True)
class VerifiedGiftCard:
    id: UUID
    currency: str
    balance: int
    """Minor units; 0 for one that is blocked or has expired."""
    expires_at: datetime | None


def verify_gift_card(tx: Transaction, shown: GiftCardCredentials) -> VerifiedGiftCard | DomainError:
    """The card, or the refusal, which the caller must return, so that the try counts.

    The same answer for a wrong PIN and for no such card. A code of 100 bits cannot be guessed; its PIN, against
    whoever saw the card in the shop, has a few tries in a quarter of an hour and some more a day.
    """
    found = tx.session.execute(
        select(StoredValueAccount).where(
            StoredValueAccount.code_hash == gift_card_code.code_hash(shown.code)
        )
    ).scalar_one_or_none()
    subject = tx.ports.secrets.token(
        secret_labels.GIFT_CARD_TRIES, gift_card_code.normalise(shown.code)
    )
    for purpose, limit, per in (
        ("gift_card", TRIES, WINDOW),
        ("gift_card_day", TRIES_A_DAY, DAY),
    ):
        if not rate_limits.consume(
            tx.session, purpose, subject, limit=limit, window=per, now=tx.now
        ):
            wait = int(per.total_seconds())
            return TooManyAttempts(
                f"Too many tries with this card: wait {wait // 60} minutes.", retry_after=wait
            )
    pin = gift_card_code.pin(tx.ports.secrets, found.id) if found is not None else "no card"
    if found is None or not compare_digest(pin.encode(), shown.pin.strip().encode()):
        return InvalidGiftCard("No gift card has this code and PIN: read them again from the card.")
    for purpose in ("gift_card", "gift_card_day"):
        rate_limits.reset(tx.session, purpose, subject)
    usable = found.active and (found.expires_at is None or found.expires_at > tx.now)
    return VerifiedGiftCard(
        found.id, found.currency, found.balance if usable else 0, found.expires_at
    )
