"""The processors of personal data (GDPR, article 28): which organisation outside receives which data.

One literal table; an organisation that is not in it receives none. Pure.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Processor:
    name: str
    purpose: str
    fields: tuple[str, ...]
    basis: str
    """The legal basis in the General Data Protection Regulation."""
    when: str
    """The setting without which it receives nothing."""
    module: str
    """The module that sends the data. `tests/core/test_processors.py` finds each module that could send any."""


PROCESSORS = (
    Processor(
        "Mail server of the retailer",
        "sends notifications about orders, one-time codes, and invitations of users",
        (
            "name",
            "e-mail address",
            "order number",
            "goods",
            "amounts",
            "store",
            "pickup code",
            "order link",
            "one-time code",
            "invitation",
        ),
        "Art. 6 (1) (b): an order or an account does not work without them",
        "MAIL_URL",
        "app.adapters.email.transports",
    ),
    Processor(
        "Stripe",
        "charges and refunds card payments, and stores the cards that customers save; shoppers enter a card on "
        "Stripe's own page, never here",
        (
            "order number",
            "amounts",
            "our ids of the payment and of the customer who saves a card",
            "the saved card that pays",
            "evidence in a dispute",
        ),
        "Art. 6 (1) (b): an order cannot be paid by card without it; (a): a card is saved only on request",
        "STRIPE_API_KEY",
        "app.adapters.stripe_gateway",
    ),
)


def public_register() -> list[dict[str, Any]]:
    """Return the processors as dictionaries, without the module."""
    return [
        {name: value for name, value in asdict(processor).items() if name != "module"}
        for processor in PROCESSORS
    ]
