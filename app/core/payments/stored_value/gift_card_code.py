"""A gift card's code and PIN, derived from its id: nothing that could be stolen is stored."""

import hashlib
from base64 import b32encode
from uuid import UUID

from app.core import secret_labels
from app.core.ports import Secrets

LENGTH = 20
"""Characters of 5 bits each: 100 bits, beyond all guessing."""
PIN_LENGTH = 6


def code(secrets: Secrets, card_id: UUID) -> str:
    """In groups of four, without letters that are read wrong: `KQ7M-2TXA-…`."""
    seed = secrets.token(secret_labels.GIFT_CARD, str(card_id)).encode()
    letters = b32encode(hashlib.sha256(seed).digest())[:LENGTH].decode()
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def pin(secrets: Secrets, card_id: UUID) -> str:
    return secrets.digits(secret_labels.GIFT_CARD_PIN, str(card_id), 0, PIN_LENGTH)


def normalise(written: str) -> str:
    """A code as people type it, as it is compared: 0, 1 and 8 are no letters of it but look like some."""
    kept = "".join(letter for letter in written.upper() if letter.isalnum())
    return kept.translate(str.maketrans("018", "OIB"))


def code_hash(written: str) -> bytes:
    """By which a card is found. A plain hash is enough for 100 random bits."""
    return hashlib.sha256(normalise(written).encode()).digest()
