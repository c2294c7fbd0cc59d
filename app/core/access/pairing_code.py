"""The code by which a new till is let in: told to who installs it, swapped for a token once."""

import secrets

from app.core.access.keys import key_hash
from app.core.ids import ALPHABET, LOOKALIKES

LENGTH = 12
"""Characters of 5 bits: of 2^60 codes nobody guesses one in the minutes that it lives, so no count of tries is
needed, which somebody else could use up."""


def new_code() -> str:
    """As people read and type it: `7KQX-M3W9-T2VB`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[place : place + 4] for place in range(0, LENGTH, 4))


def code_hash(code: str) -> bytes:
    """Of what was typed: case, hyphens and look-alikes do not matter."""
    return key_hash(code.upper().translate(LOOKALIKES))
