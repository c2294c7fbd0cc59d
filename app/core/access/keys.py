"""Keys and tokens: told once to whom they are for, and kept as a hash."""

import hashlib
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from app.core.errors import Invalid

MAX_NAME_LENGTH = 100


@dataclass(frozen=True)
class IssuedKey:
    """A new client or device, and what opens the door to it."""

    id: UUID
    key: str = field(repr=False)
    """192 bits, URL-safe. Nobody can look it up again."""


def new_key() -> str:
    return secrets.token_urlsafe(24)


def key_hash(key: str) -> bytes:
    """SHA-256. A key is long and random, so that a slow hash would protect it no better."""
    return hashlib.sha256(key.encode()).digest()


def validate_name(name: str) -> str:
    """The name by which people tell one holder of a key from another. Raises Invalid."""
    trimmed = " ".join(name.split())
    if not 0 < len(trimmed) <= MAX_NAME_LENGTH:
        raise Invalid(f"Give it a name of 1 to {MAX_NAME_LENGTH} characters.", name=name)
    return trimmed
