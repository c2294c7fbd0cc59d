"""Webhooks of Stripe: verifies the signature and parses the event."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from stripe import SignatureVerificationError, WebhookSignature

from app.adapters.stripe_mapping import Json, id_of, our_id
from app.core.provider import InvalidSignature, ProviderEvent

TOLERANCE = timedelta(minutes=5)
"""The maximum age of a webhook, as Stripe recommends. It signs each delivery again. Clocks may differ as much."""


def parse(body: bytes, signature: str, secrets: tuple[str, ...], now: datetime) -> ProviderEvent:
    """Parse a webhook. During a change of secrets, either of two is valid. Raises InvalidSignature."""
    if not any(_is_signed(body, signature, secret) for secret in secrets):
        raise InvalidSignature("The signature matches none of our secrets.")
    if abs(now - _signed_at(signature)) > TOLERANCE:
        raise InvalidSignature("The signature is too old.")
    try:
        event = json.loads(body)
        return _event(event, event["data"]["object"])
    except (
        ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError, RecursionError,
    ) as error:  # fmt: skip
        raise InvalidSignature("The body is not an event.") from error


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        # `parse` checks its age by our clock, not by the machine's.
        WebhookSignature.verify_header(body, signature, secret, tolerance=None)
    except (SignatureVerificationError, ValueError, TypeError):  # not text, or not ASCII
        return False
    return True


def _signed_at(signature: str) -> datetime:
    """Return the time that the signature covers: the first t, as in the package."""
    times = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    try:
        return datetime.fromtimestamp(int(times[0]), UTC)
    except (LookupError, ValueError, OverflowError, OSError) as error:
        raise InvalidSignature("The signature has no time.") from error


def _event(event: Json, subject: Json) -> ProviderEvent:
    payment, customer = _payment_of(subject), _customer_of(event, subject)
    return ProviderEvent(
        id=_text(event["id"]),
        kind=_text(event["type"]),
        provider_id=payment and _text(payment),
        payment_id=our_id(subject, "payment"),
        occurred_at=datetime.fromtimestamp(event["created"], UTC),
        customer=customer and _text(customer),
    )


def _payment_of(subject: Json) -> str | None:
    """Return the payment's id. A charge, a refund, a dispute, a checkout session and a reader's action have it."""
    if subject.get("object") == "payment_intent":
        return _text(subject["id"])
    if subject.get("object") == "terminal.reader":
        action: Json = (subject.get("action") or {}).get("process_payment_intent") or {}
        return id_of(action.get("payment_intent"))
    return id_of(subject.get("payment_intent"))


def _customer_of(event: Json, subject: Json) -> str | None:
    """Return the customer whose saved cards may have changed. A detached card has only its previous customer."""
    if event["type"] == "customer.deleted":
        return _text(subject["id"])
    if subject.get("object") not in ("setup_intent", "payment_method", "checkout.session"):
        return None
    before: Json = event["data"].get("previous_attributes") or {}
    return id_of(subject.get("customer")) or id_of(before.get("customer"))


def _text(value: Any) -> str:
    """Return a text that the database can store. Raises TypeError, ValueError."""
    if not isinstance(value, str):
        raise TypeError("The value is not a text.")
    if "\0" in value or not value.isascii():
        raise ValueError("The text has characters that no id of Stripe has.")
    return value
