"""Derives a gift card's code and PIN from its id, so that neither is stored."""

import hashlib
from base64 import b32encode
from uuid import UUID

from app.core import secret_labels
from app.core.ports import Secrets

LENGTH = 20
"""Characters of 5 bits each: 100 bits, which cannot be guessed."""
PIN_LENGTH = 6


def code(secrets: Secrets, card_id: UUID) -> str:
    """Return the code in groups of four, in an alphabet without ambiguous characters: `KQ7M-2TXA-…`."""
    seed = secrets.token(secret_labels.GIFT_CARD, str(card_id)).encode()
    characters = b32encode(hashlib.sha256(seed).digest())[:LENGTH].decode()
    return "-".join(characters[at : at + 4] for at in range(0, LENGTH, 4))


def pin(secrets: Secrets, card_id: UUID) -> str:
    return secrets.digits(secret_labels.GIFT_CARD_PIN, str(card_id), 0, PIN_LENGTH)


def normalise(written: str) -> str:
    """Return a typed code as it is compared. 0, 1 and 8 are not in the alphabet but look like letters of it."""
    kept = "".join(letter for letter in written.upper() if letter.isalnum())
    return kept.translate(str.maketrans("018", "OIB"))


def code_hash(written: str) -> bytes:
    """Return the hash by which a card is found. A plain hash is enough for 100 random bits."""
    return hashlib.sha256(normalise(written).encode()).digest()
