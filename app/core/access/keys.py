"""Keys and tokens: shown once to their holder, and stored as a hash."""

import hashlib
import secrets
from dataclasses import dataclass, field
from uuid import UUID

from app.core.errors import Invalid

MAX_NAME_LENGTH = 100


@dataclass(frozen=True)
class IssuedKey:
    """A new client or device with its key or token."""

    id: UUID
    key: str = field(repr=False)
    """192 bits, URL-safe. It cannot be looked up again."""


def new_key() -> str:
    return secrets.token_urlsafe(24)


def key_hash(key: str) -> bytes:
    """Return the SHA-256. A key is long and random, so a slow hash would protect it no better."""
    return hashlib.sha256(key.encode()).digest()


def validate_name(name: str) -> str:
    """Return the name by which people recognise the holder of a key, without extra spaces. Raises Invalid."""
    trimmed = " ".join(name.split())
    if not 0 < len(trimmed) <= MAX_NAME_LENGTH:
        raise Invalid(f"Give a name of 1 to {MAX_NAME_LENGTH} characters.", name=name)
    return trimmed
