"""What the core needs of a payment provider: a Protocol, and the provider's records.

Amounts are minor units of the payment's currency. Each call that changes something takes a `key` that is made
once from our ids: repeated with the same key it has one effect and the same response. No call runs inside a
transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

PAGE_OPEN_FOR = timedelta(hours=1)
"""How long a page of the provider stays open. Providers accept no less than half an hour from the call."""

UNSUPPORTED_CURRENCIES = ("ISK", "MGA", "UGX")
"""Currencies whose minor units at Stripe differ from ISO 4217, which we use: Stripe uses hundredths of the krona
and the shilling, and no minor unit of the ariary. The amount charged would be a hundredth or a hundred times the
right one (https://docs.stripe.com/currencies#special-cases)."""

Status = Literal["open", "authorised", "captured", "voided"]
"""open: the payer has not confirmed the payment, or was declined and may try another card."""
RefundStatus = Literal["pending", "succeeded", "failed"]
DisputeStatus = Literal["open", "under_review", "won", "lost"]


class OutcomeUnknown(Exception):
    """The provider did not respond, or the response was unusable, so the call may have had an effect. Retrieve the
    record, or repeat the call with the same key; never with another key."""


class KeyExhausted(OutcomeUnknown):
    """The call with this key ended in an error of the provider's own, and every repeat returns the same error.
    Nothing more will come of it. Retrieve what came of it so far."""


class Declined(Exception):
    """A final refusal: the call had no effect and will have none. `code` is the provider's code for the reason."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


MISSING = "resource_missing"
"""The code of a Declined call that names a record that the provider does not have, or no longer has."""


class InvalidSignature(Exception):
    """A call claims to be the provider's, but its signature is wrong or too old."""


@dataclass(frozen=True)
class ProviderRefund:
    id: str
    attempt_id: UUID | None
    """Our attempt that requested it; None for a refund that was made in the provider's dashboard."""
    amount: int
    status: RefundStatus


@dataclass(frozen=True)
class ProviderDispute:
    id: str
    amount: int
    reason: str
    status: DisputeStatus
    opened_at: datetime
    evidence_due_by: datetime | None
    withdraws_amount: bool = True
    """Whether the bank takes the amount back; False while it only inquires."""


@dataclass(frozen=True)
class ProviderPayment:
    """A payment as the provider has it now. Our record is brought up to it, whatever we missed before."""

    id: str
    payment_id: UUID | None
    """Our id; None for a payment that we did not request."""
    currency: str
    amount: int
    """The requested amount."""
    status: Status
    authorised: int
    """The largest amount that was authorised. It stays after the capture and after a void."""
    captured: int
    fee: int
    """What the provider kept of the capture; 0 until it is known."""
    capture_before: datetime | None
    """When the authorisation expires."""
    failure_code: str | None
    """Why the payer's last try was declined."""
    client_secret: str | None = field(repr=False)
    """An app confirms the payment with it. It is never stored, and no log prints it."""
    refunds: tuple[ProviderRefund, ...]
    disputes: tuple[ProviderDispute, ...]
    bank_url: str | None = field(default=None, repr=False)
    """Where the payer's bank asks for a confirmation; None if it asks for none."""


@dataclass(frozen=True)
class CheckoutSession:
    """The provider's own page, on which a payer enters a card. We never see the card."""

    id: str
    url: str | None = field(repr=False)
    """Where to send the payer; None once the page is closed."""
    is_open: bool
    provider_id: str | None
    """The payment that came of it; None until the payer has confirmed it."""


@dataclass(frozen=True)
class ProviderCard:
    """A card that the provider saves for a customer: all that we ever know of a card."""

    id: str
    brand: str
    """visa, mastercard, amex, …"""
    last4: str
    exp_month: int
    exp_year: int
    number_mark: str
    """Equal for equal card numbers. It does not lead back to the number."""


@dataclass(frozen=True)
class PaymentRequest:
    """What we request of a payer."""

    payment_id: UUID
    order_number: str
    amount: int
    currency: str
    customer: str | None = None
    """The payer's id at the provider: the page offers the saved cards of this customer, and may save another."""
    save_card: bool = False


@dataclass(frozen=True)
class ProviderEvent:
    """A message of the provider that something happened. Its content may be old: it is only a reason to
    retrieve."""

    id: str
    kind: str
    provider_id: str | None
    """The payment that it is about; None if it is about none."""
    payment_id: UUID | None
    """Our id, if the message names it."""
    occurred_at: datetime
    customer: str | None = None
    """The id at the provider of the customer whose cards it is about; None if it is about none."""


class PaymentProvider(Protocol):
    """Each call raises OutcomeUnknown if its effect is unknown, and Declined if it has none."""

    def create_checkout_session(
        self, request: PaymentRequest, return_url: str, expires_at: datetime, key: str
    ) -> CheckoutSession:
        """Open a page. `expires_at` is 30 minutes to 24 hours from now, otherwise Declined.

        `expire_checkout_session` ends it sooner.
        """
        ...

    def get_checkout_session(self, page_id: str) -> CheckoutSession: ...

    def expire_checkout_session(self, page_id: str, key: str) -> CheckoutSession:
        """Close a page to payers. Return it unchanged if a payer has paid on it already."""
        ...

    def create_payment_intent(self, request: PaymentRequest, key: str) -> ProviderPayment:
        """Create a payment for an app, which confirms it with the client secret."""
        ...

    def open_with_card(
        self, request: PaymentRequest, card: str, return_url: str, key: str
    ) -> ProviderPayment:
        """Create a payment with a saved card of `request.customer` and confirm it at once.

        If the payer's bank asks for a confirmation, the payment stays open and the payer returns to `return_url`.
        If it is refused, the call is Declined and the payment cannot be paid any more.
        """
        ...

    def start_reader_payment(
        self, request: PaymentRequest, reader: str, key: str
    ) -> ProviderPayment:
        """Create a payment and have a card reader in the store ask for it now."""
        ...

    def resume_reader_payment(self, provider_id: str, reader: str) -> ProviderPayment:
        """Have the reader ask for an open payment, unless it does already: after a declined card, or if it is
        unknown whether the reader got the request."""
        ...

    def clear_reader(self, provider_id: str, reader: str) -> None:
        """Have the reader stop asking for this payment. It continues to ask for another one."""
        ...

    def capture(self, provider_id: str, amount: int, key: str) -> ProviderPayment:
        """Capture this much of the authorised amount, once. The rest is released."""
        ...

    def void(self, provider_id: str, key: str) -> ProviderPayment:
        """Release the whole authorisation for good. Return the payment unchanged if it was captured."""
        ...

    def refund(
        self, provider_id: str, amount: int, attempt_id: UUID, key: str
    ) -> ProviderPayment: ...

    def get_payment(self, provider_id: str) -> ProviderPayment: ...

    def find_payment(self, payment_id: UUID, since: datetime) -> ProviderPayment | None:
        """Return the payment that came of our request, if its id never reached us."""
        ...

    def list_payments(self, since: datetime) -> Iterator[ProviderPayment]:
        """Return all payments that were created since then, newest first."""
        ...

    def parse_webhook(self, body: bytes, signature: str, now: datetime) -> ProviderEvent:
        """Read a webhook's raw body. Raises InvalidSignature."""
        ...

    def create_customer(self, customer_id: UUID, key: str) -> str:
        """Create our customer at the provider, by our id alone; return the id at the provider."""
        ...

    def create_card_setup(self, customer: str, key: str) -> str:
        """Begin to save a card for later; return the client secret with which the app confirms it."""
        ...

    def create_card_page(
        self, customer: str, return_url: str, expires_at: datetime, key: str
    ) -> CheckoutSession:
        """Begin to save a card on the provider's own page. `expires_at`: see `create_checkout_session`."""
        ...

    def list_cards(self, customer: str) -> Sequence[ProviderCard]:
        """Return the customer's saved cards, newest first. Declined (MISSING) if the customer is unknown."""
        ...

    def detach_card(self, card: str) -> None:
        """Remove a saved card. A repeat changes nothing."""
        ...

    def delete_customer(self, customer: str) -> None:
        """Delete a customer with the saved cards. A repeat changes nothing."""
        ...

    def submit_evidence(self, dispute_id: str, evidence: dict[str, str], key: str) -> None: ...
