"""The code that pairs a new till: shown to the person who installs it, and swapped for a token once."""

import secrets

from app.core.access.keys import key_hash
from app.core.ids import ALPHABET, LOOKALIKES

LENGTH = 12
"""Characters of 5 bits. An attacker cannot guess one of 2^60 codes in 15 minutes, so attempts need no limit, which
an attacker could use up."""


def new_code() -> str:
    """Return a code in the form that people read and type: `7KQX-M3W9-T2VB`."""
    characters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(characters[place : place + 4] for place in range(0, LENGTH, 4))


def code_hash(code: str) -> bytes:
    """Return the hash of a typed code; case, hyphens and look-alikes do not matter."""
    return key_hash(code.upper().translate(LOOKALIKES))
