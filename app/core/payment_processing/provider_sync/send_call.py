"""Sends the call of an attempt to the provider, or only reads its outcome if a repeat could do harm."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.core.payments.apply_provider_state import REACHED
from app.core.payments.kinds import OPENING
from app.core.provider import (
    CheckoutSession,
    Declined,
    KeyExhausted,
    OutcomeUnknown,
    PaymentProvider,
    PaymentRequest,
    ProviderPayment,
)

RETRY_WINDOW = timedelta(hours=23)
"""A provider keeps an idempotency key for a day. Until then a call is repeated with its key, which has one effect
at most. After that we only read its outcome."""
MAY_STILL_ARRIVE = timedelta(seconds=45)
"""How long a call that ended in an error of the provider may still take effect. Only after that may another key
replace one that repeats the error: otherwise a refund under way would be paid twice."""
MAX_OPEN_CALLS = 2
"""How often a page or intent is requested that no payer has seen; then the payer may begin again. A reader does
not ask for a card long after the payer has left."""


@dataclass(frozen=True)
class ProviderCall:
    """An attempt with all the data of its call."""

    attempt_id: UUID
    kind: str
    request: PaymentRequest
    reader: str
    card: str
    """The saved card at the provider."""
    provider_id: str
    page_id: str
    page_expires_at: datetime | None
    return_url: str
    now: datetime
    begun_at: datetime
    tries: int
    """This one included."""

    @property
    def age(self) -> timedelta:
        return self.now - self.begun_at

    @property
    def key(self) -> str:
        """The idempotency key: repeated calls with it have one effect."""
        return str(self.attempt_id)


def send(provider: PaymentProvider, call: ProviderCall) -> CheckoutSession | ProviderPayment:
    """Send the call and return the provider's response. Raises OutcomeUnknown, Declined, NoEffect."""
    if call.age > RETRY_WINDOW or (call.kind in OPENING and call.tries > MAX_OPEN_CALLS):
        return _retrieve(provider, call)
    try:
        response = SEND[call.kind](provider, call)
    except KeyExhausted:
        if call.age < MAY_STILL_ARRIVE:
            raise
        return _retrieve(provider, call)
    if isinstance(response, ProviderPayment) and not _shows(response, call):
        raise NoEffect
    return response


class NoEffect(Exception):
    """The call was sent, and the provider shows that it had no effect."""


CLOCKS_DIFFER = timedelta(minutes=5)
"""The largest difference between our clock and the provider's."""


def _retrieve(provider: PaymentProvider, one: ProviderCall) -> CheckoutSession | ProviderPayment:
    """Return the outcome of a call that is not sent again. Raises NoEffect."""
    if one.kind in ("page", "intent"):
        return _abandon_opening(provider, one)
    if one.kind == "close" and one.page_id:
        page = provider.get_checkout_session(one.page_id)
        if page.is_open:
            raise NoEffect
        return page
    seen = (
        provider.get_payment(one.provider_id)
        if one.provider_id
        else provider.find_payment(one.request.payment_id, one.begun_at - CLOCKS_DIFFER)
    )
    if seen is None or not _shows(seen, one):
        raise NoEffect
    return seen


def _abandon_opening(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    """Give up a page or intent that no payer has seen or will see."""
    opened = (
        provider.find_payment(one.request.payment_id, one.begun_at - CLOCKS_DIFFER)
        if one.kind == "intent"
        else None
    )
    if opened is None:
        raise Declined("never_opened", "No payer has seen it.")
    return provider.void(opened.id, f"{one.key}.void") if opened.status == "open" else opened


def _shows(seen: ProviderPayment, one: ProviderCall) -> bool:
    if one.kind == "refund":
        return any(refund.attempt_id == one.attempt_id for refund in seen.refunds)
    return one.kind in OPENING or one.kind in REACHED[seen.status]


def _create_page(provider: PaymentProvider, one: ProviderCall) -> CheckoutSession:
    assert one.page_expires_at is not None, "a page has an end"  # noqa: S101
    return provider.create_checkout_session(
        one.request, one.return_url, one.page_expires_at, one.key
    )


def _create_intent(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.create_payment_intent(one.request, one.key)


def _open_with_card(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.open_with_card(one.request, one.card, one.return_url, one.key)


def _start_reader(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.start_reader_payment(one.request, one.reader, one.key)


def _close(provider: PaymentProvider, one: ProviderCall) -> CheckoutSession | ProviderPayment:
    """Close it, so that no payer can begin to pay. If one has just paid, the order decides about the money.

    An opening without a response is repeated first, by its own attempt.
    """
    if not (one.provider_id or one.page_id):
        raise OutcomeUnknown("It is not known yet whether there is anything to close.")
    if one.page_id:
        return provider.expire_checkout_session(one.page_id, one.key)
    if one.reader:
        with suppress(Declined):  # a reader that is gone shows nothing
            provider.clear_reader(one.provider_id, one.reader)
    seen = provider.get_payment(one.provider_id)
    return provider.void(one.provider_id, one.key) if seen.status == "open" else seen


def _void(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.void(one.provider_id, one.key)


def _capture(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.capture(one.provider_id, one.request.amount, one.key)


def _refund(provider: PaymentProvider, one: ProviderCall) -> ProviderPayment:
    return provider.refund(one.provider_id, one.request.amount, one.attempt_id, one.key)


SEND: dict[str, Callable[[PaymentProvider, ProviderCall], CheckoutSession | ProviderPayment]] = {
    "page": _create_page, "intent": _create_intent, "reader": _start_reader, "card": _open_with_card,
    "close": _close,
    "void": _void, "capture": _capture, "refund": _refund,
}  # fmt: skip
