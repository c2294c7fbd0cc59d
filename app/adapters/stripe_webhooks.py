"""Webhooks of Stripe: proof that they are its own, and what they say."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from stripe import SignatureVerificationError, WebhookSignature

from app.adapters.stripe_mapping import Json, id_of, our_id
from app.core.provider import Forged, Notice

TOLERANCE = timedelta(minutes=5)
"""How old a webhook may be, as Stripe recommends; it signs each delivery anew. Clocks may differ as much."""


def parse(body: bytes, signature: str, secrets: tuple[str, ...], now: datetime) -> Notice:
    """Raises Forged. With two secrets, while they are being changed, either will do."""
    if not any(_is_signed(body, signature, secret) for secret in secrets):
        raise Forged("No secret of ours made this signature.")
    if abs(now - _signed_at(signature)) > TOLERANCE:
        raise Forged("It was signed too long ago.")
    try:
        event = json.loads(body)
        return _event(event, event["data"]["object"])
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise Forged("It is no event.") from error


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        # Its age is judged by our clock, not here by the machine's.
        WebhookSignature.verify_header(body, signature, secret, tolerance=None)
    except (SignatureVerificationError, ValueError, TypeError):  # no text, or not ASCII
        return False
    return True


def _signed_at(signature: str) -> datetime:
    """The moment that the signature covers: the first t, as in the package."""
    times = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    try:
        return datetime.fromtimestamp(int(times[0]), UTC)
    except (LookupError, ValueError, OverflowError, OSError) as error:
        raise Forged("It was signed at no time.") from error


def _event(event: Json, subject: Json) -> Notice:
    return Notice(
        id=_text(event["id"]),
        kind=_text(event["type"]),
        provider_id=_payment_of(subject),
        payment_id=our_id(subject, "payment"),
        occurred_at=datetime.fromtimestamp(event["created"], UTC),
        customer=_customer_of(event, subject),
    )


def _payment_of(subject: Json) -> str | None:
    """A charge, a refund, a dispute and a page name their payment; so does what a reader did."""
    if subject.get("object") == "payment_intent":
        return _text(subject["id"])
    if subject.get("object") == "terminal.reader":
        action: Json = (subject.get("action") or {}).get("process_payment_intent") or {}
        return id_of(action.get("payment_intent"))
    return id_of(subject.get("payment_intent"))


def _customer_of(event: Json, subject: Json) -> str | None:
    """Whose cards may be others now. A card that was let go names nobody any more, but whose it was before."""
    if event["type"] == "customer.deleted":
        return _text(subject["id"])
    if subject.get("object") not in ("setup_intent", "payment_method", "checkout.session"):
        return None
    before: Json = event["data"].get("previous_attributes") or {}
    return id_of(subject.get("customer")) or id_of(before.get("customer"))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("A text was expected.")
    return value
