"""The one spelling of addresses, numbers and cards, so that equal ones are found as equal."""

import re

from app.core.ports import PhoneNumbers


def normalise(phones: PhoneNumbers, kind: str, value: str, country: str | None = None) -> str:
    """Return an e-mail address in lower case, a phone number as E.164 (an invalid one as + and digits), a card
    without the gaps that are printed on it. A phone number without a country code is read as in `country`."""
    bare = value.strip()
    if kind == "email":
        return bare.lower()
    if kind == "phone":
        return phones.normalise(bare, country) or _phone(bare)
    if kind == "loyalty_card":
        return re.sub(r"[\s-]", "", bare).upper()
    return bare


def _phone(value: str) -> str:
    """Return `0044 (113) 496-0000` as +441134960000. A national number stays national: its country is unknown."""
    digits = re.sub(r"[^0-9+]", "", value)
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def mask(kind: str, value: str | None) -> str | None:
    """Return enough to confirm an address with a customer at a counter, too little to contact the customer."""
    if not value:
        return None
    if kind == "email":
        name, _, domain = value.rpartition("@")
        return f"{name[:1]}•••@{domain}"
    return f"•••{value[-3:]}"
