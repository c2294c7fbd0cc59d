"""Test cards and their behaviour. https://docs.stripe.com/testing"""

from dataclasses import dataclass

from devtools.stripe_standin.objects import ApiError


@dataclass(frozen=True)
class Card:
    number: str
    description: str
    """The text on the hosted page."""
    code: str = ""
    decline_code: str = ""
    message: str = ""


DISPUTED = "4000000000000259"
"""Its holder disputes each charge."""
AUTHENTICATION_REQUIRED = "4000002760003184"
"""Its bank requires authentication if the card is charged without its number."""

CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", "pays"),
        Card("4000000000000002", "is declined", "card_declined", "generic_decline",
             "Your card was declined."),
        Card("4000000000009995", "has insufficient funds", "card_declined", "insufficient_funds",
             "Your card has insufficient funds."),
        Card(DISPUTED, "pays, and is disputed afterwards"),
        Card(AUTHENTICATION_REQUIRED, "pays; once it is saved, its bank asks for authentication first"),
    )
}  # fmt: skip

TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_createDispute": DISPUTED,
    "pm_card_authenticationRequired": AUTHENTICATION_REQUIRED,
}
"""Test payment methods, which stand for numbers."""


def find_card(number: str) -> Card:
    """Return the test card with this number. Raises Stripe's error for another number."""
    plain = "".join(character for character in number if character not in " -\u00a0")
    found = CARDS.get(plain)
    if found:
        return found
    if not plain.isdecimal() or not plain.isascii() or not 12 <= len(plain) <= 19:
        raise _error("incorrect_number", "Your card number is incorrect.")
    raise _error(
        "card_declined",
        "Your card was declined. Your request was in test mode, but used a card that is no test card.",
        "test_mode_live_card",
    )


def decline_error(one: Card) -> ApiError:
    return _error(one.code, one.message, one.decline_code)


def _error(code: str, message: str, decline_code: str = "") -> ApiError:
    error = ApiError(402, message, code, kind="card_error")
    if decline_code:
        error.error["decline_code"] = decline_code
    return error
