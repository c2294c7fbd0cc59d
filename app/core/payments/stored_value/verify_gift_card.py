"""Verifies a gift card's code and PIN: to pay with it, or to see its balance."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import select

from app.core import rate_limits, secret_labels
from app.core.errors import DomainError, InvalidGiftCard, TooManyAttempts
from app.core.payments.stored_value import gift_card_code
from app.core.payments.stored_value.models import StoredValueAccount
from app.core.transaction import CommittedRefusal, Transaction

LIMITS = (
    ("gift_card", 5, timedelta(minutes=15)),
    ("gift_card_day", 20, timedelta(days=1)),
)
"""(purpose, attempts, window)."""


@dataclass(frozen=True)
class GiftCardCredentials:
    """As the customer typed them."""

    code: str
    pin: str


@dataclass(frozen=True)
class VerifiedGiftCard:
    id: UUID
    currency: str
    balance: int
    """Minor units; 0 if the card is blocked or expired."""
    expires_at: datetime | None


def check_balance(
    tx: Transaction, credentials: GiftCardCredentials
) -> VerifiedGiftCard | CommittedRefusal[VerifiedGiftCard]:
    """Return the card with its balance. A wrong attempt is remembered."""
    card = verify_gift_card(tx, credentials)
    return CommittedRefusal(card) if isinstance(card, DomainError) else card


def verify_gift_card(
    tx: Transaction, credentials: GiftCardCredentials
) -> VerifiedGiftCard | DomainError:
    """Return the card, or a refusal that the caller must return, so that the attempt counts.

    An unknown card and a wrong PIN get the same answer. A code has 100 bits and cannot be guessed. The PIN
    protects against a person who saw the card in the store, so it has a limit of attempts."""
    account = tx.session.execute(
        select(StoredValueAccount).where(
            StoredValueAccount.code_hash == gift_card_code.code_hash(credentials.code)
        )
    ).scalar_one_or_none()
    subject = tx.ports.secrets.token(
        secret_labels.GIFT_CARD_TRIES, gift_card_code.normalise(credentials.code)
    )
    for purpose, limit, window in LIMITS:
        if not rate_limits.consume(
            tx.session, purpose, subject, limit=limit, window=window, now=tx.now
        ):
            return _too_many_attempts(window)
    pin = gift_card_code.pin(tx.ports.secrets, account.id) if account is not None else "no card"
    if account is None or not compare_digest(pin.encode(), credentials.pin.strip().encode()):
        return InvalidGiftCard("No gift card has this code and PIN: read them again from the card.")
    for purpose, _, _ in LIMITS:
        rate_limits.reset(tx.session, purpose, subject)
    usable = account.block_reason is None and (
        account.expires_at is None or account.expires_at > tx.now
    )
    return VerifiedGiftCard(
        account.id, account.currency, account.balance if usable else 0, account.expires_at
    )


def _too_many_attempts(window: timedelta) -> TooManyAttempts:
    seconds = int(window.total_seconds())
    return TooManyAttempts(
        f"Too many attempts with this card: wait {seconds // 60} minutes.", retry_after=seconds
    )
