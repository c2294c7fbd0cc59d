"""The one spelling of what people are known by, so that what is the same is found as the same."""

import re

from app.core.ports import PhoneNumbers


def normalise(phones: PhoneNumbers, kind: str, value: str) -> str:
    """E-mail in lower case; a phone number as E.164, and what is none as + and digits; a card without the gaps it
    is printed with."""
    bare = value.strip()
    if kind == "email":
        return bare.lower()
    if kind == "phone":
        return phones.normal(bare) or _phone(bare)
    if kind == "loyalty_card":
        return re.sub(r"[\s-]", "", bare).upper()
    return bare


def _phone(value: str) -> str:
    """`0044 (113) 496-0000` as +441134960000. A national number stays national: of which country is not known."""
    digits = re.sub(r"[^0-9+]", "", value)
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def mask(kind: str, value: str | None) -> str | None:
    """Enough to ask a person at a counter whether it is hers, too little to write to her."""
    if not value:
        return None
    if kind == "email":
        name, _, domain = value.rpartition("@")
        return f"{name[:1]}•••@{domain}"
    return f"•••{value[-3:]}"
