"""Who outside gets people's data, and which. One literal table: whoever is not in it gets none. Pure."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Processor:
    name: str
    purpose: str
    fields: tuple[str, ...]
    basis: str
    """Of the General Data Protection Regulation."""
    when: str
    """What has to be set up for it to get anything."""
    module: str
    """The one that hands it over: `tests/core/test_recipients.py` finds each that could."""


PROCESSORS = (
    Processor(
        "Mail server of the retailer",
        "sends the letters about an order, codes to sign in, and invitations of users",
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
        "Art. 6 (1) (b): neither order nor account can do without them",
        "MAIL_URL",
        "app.adapters.email.transports",
    ),
    Processor(
        "Stripe",
        "takes and gives back what is paid by card, and keeps the cards of who wants that; a card is given on its "
        "own page, and never to us",
        (
            "order number",
            "amounts",
            "our own ids of the payment, and of the customer who keeps a card",
            "which of her cards she pays with",
            "evidence in a dispute",
        ),
        "Art. 6 (1) (b): an order by card cannot be paid without it; (a): a card is kept where she asks for it",
        "STRIPE_API_KEY",
        "app.adapters.stripe_gateway",
    ),
)


def public_register() -> list[dict[str, Any]]:
    """As people and programs read it."""
    return [
        {name: value for name, value in asdict(one).items() if name != "module"}
        for one in PROCESSORS
    ]
