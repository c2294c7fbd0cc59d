"""Normalises phone numbers with Google's libphonenumber."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


@dataclass(frozen=True)
class LibPhoneNumbers:
    home_country: str
    """The country of a number without a country code, by ISO 3166-1."""

    def normalise(self, number: str, country: str | None = None) -> str | None:
        try:
            parsed = phonenumbers.parse(number, country or self.home_country)
        except NumberParseException:
            return None
        # Possible, not valid: the library's table of numbers in use is always slightly out of date.
        if not phonenumbers.is_possible_number(parsed):
            return None
        return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
