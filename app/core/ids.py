"""Identifiers: UUIDv7 for rows, short numbers with a check character for people. Pure."""

import os
import time
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, so a number can be read aloud."""

LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "-": None, " ": None})
NUMBER_LENGTH = 9


def new_id() -> UUID:
    """Return a UUIDv7 of now. Within a process, a later one sorts later."""
    return uuid7(time.time_ns(), os.urandom(8))


def uuid7(nanoseconds: int, randomness: bytes) -> UUID:
    """Return the UUIDv7 (RFC 9562, section 5.7) of a moment (Unix nanoseconds) and 8 random bytes.

    48 bits of milliseconds, then their fraction in 12 bits (section 6.2, method 3), then 62 random bits.
    """
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    random_bits = int.from_bytes(randomness, "big") & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | random_bits)


def new_order_number() -> str:
    """Return a number such as `K7QXM3W9T`: 8 random characters (40 bits) and a check character."""
    body = "".join(ALPHABET[byte & 31] for byte in os.urandom(NUMBER_LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the check character of `body`, by Luhn modulo 32.

    It detects every single wrong character and most swapped neighbours.
    """
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (1 if place % 2 else 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def order_number(text: str) -> str | None:
    """Return the stored form of a number that a person typed (`k7qx-m3w9t`); None if it cannot be a number."""
    number = text.upper().translate(LOOKALIKES)
    if len(number) != NUMBER_LENGTH or not all(character in ALPHABET for character in number):
        return None
    return number if check_character(number[:-1]) == number[-1] else None
