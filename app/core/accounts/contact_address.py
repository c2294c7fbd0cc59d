"""An email address or a phone number, normalised so that two of them can be compared."""

from dataclasses import dataclass

from app.core import secret_labels
from app.core.errors import Invalid
from app.core.ports import PhoneNumbers, Secrets


@dataclass(frozen=True)
class ContactAddress:
    kind: str
    """email or phone."""
    value: str
    """In lower case, or in E.164 form."""

    def subject(self, secrets: Secrets) -> str:
        """Return the keyed hash that stands for the address in rate limits and challenges."""
        return secrets.token(secret_labels.ADDRESS, f"{self.kind}:{self.value}")


@dataclass(frozen=True)
class ContactAddressInput:
    """An address as the shopper typed it: exactly one of the two is set."""

    email: str | None = None
    phone: str | None = None


def normalise(phones: PhoneNumbers, typed: ContactAddressInput) -> ContactAddress:
    """Return the normalised address. Raises Invalid if the text cannot be a phone number."""
    if typed.email is not None:
        return ContactAddress("email", typed.email.strip().lower())
    number = phones.normalise(typed.phone or "")
    if number is None:
        raise Invalid(
            "This is not a phone number. Write it with its country code, such as +49 30 901820.",
            phone=["Not a phone number."],
        )
    return ContactAddress("phone", number)
