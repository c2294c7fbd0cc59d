"""Phone numbers by Google's libphonenumber."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


@dataclass(frozen=True)
class LibPhoneNumbers:
    home: str
    """ISO 3166-1: where a number without a country code belongs."""

    def normal(self, number: str) -> str | None:
        try:
            parsed = phonenumbers.parse(number, self.home)
        except NumberParseException:
            return None
        # Possible, not valid: the table of numbers that are in use is always a little behind.
        if not phonenumbers.is_possible_number(parsed):
            return None
        return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
