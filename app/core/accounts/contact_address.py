"""An e-mail address or a phone number, in the one form in which it is compared."""

from dataclasses import dataclass

from app.core import secret_labels
from app.core.errors import Invalid
from app.core.ports import PhoneNumbers, Secrets


@dataclass(frozen=True)
class ContactAddress:
    kind: str
    """email or phone."""
    value: str
    """In lower case, or as E.164."""

    def subject(self, secrets: Secrets) -> str:
        """What budgets know it by: not the address itself."""
        return secrets.token(secret_labels.ADDRESS, f"{self.kind}:{self.value}")


@dataclass(frozen=True)
class ContactAddressInput:
    """As a person typed it: one of the two."""

    email: str | None = None
    phone: str | None = None


def normalise(phones: PhoneNumbers, typed: ContactAddressInput) -> ContactAddress:
    """Raises Invalid for what can be no phone number."""
    if typed.email is not None:
        return ContactAddress("email", typed.email.strip().lower())
    number = phones.normal(typed.phone or "")
    if number is None:
        raise Invalid(
            "This is no phone number: write it with its country code, as in +44 113 496 0000.",
            phone=["Not a phone number."],
        )
    return ContactAddress("phone", number)
