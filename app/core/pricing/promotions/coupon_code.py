"""Coupon codes as shoppers read and type them."""

import re
import secrets

LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
ALPHABET = "023456789ABCDEFGHJKMNPQRSTUVWXYZ"
PATTERN = re.compile(r"[0-9A-Z]{3,40}")


def normalise(code: str) -> str:
    """Return the code without case, spaces and hyphens, and with look-alike letters as one letter."""
    return re.sub(r"[\s-]", "", code).upper().translate(LOOK_ALIKE)


def is_code(code: str) -> bool:
    """Return whether it has 3 to 40 letters and digits, beside spaces and hyphens."""
    return PATTERN.fullmatch(re.sub(r"[\s-]", "", code).upper()) is not None


def new_code() -> str:
    """Return a random code of 50 bits, without look-alike letters: `7KQX-M3W9-TB`."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{characters[:4]}-{characters[4:8]}-{characters[8:]}"
