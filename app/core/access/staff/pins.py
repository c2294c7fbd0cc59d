"""PINs: made by us, told once, kept as argon2id."""

import secrets

LENGTH = 6


def new_pin() -> str:
    """Six random digits: what people choose themselves is guessed first."""
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}}"
