"""Maps Stripe's responses, as dictionaries of the pinned API version, to the types of the port."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.core.provider import (
    CheckoutSession,
    DisputeStatus,
    ProviderCard,
    ProviderDispute,
    ProviderPayment,
    ProviderRefund,
    RefundStatus,
    Status,
)

Json = dict[str, Any]

STATUSES: dict[str, Status] = {
    "requires_capture": "authorised",
    "succeeded": "captured",
    "canceled": "voided",
}
"""Statuses of a PaymentIntent. All others wait for the payer or the bank."""
REFUND_STATUSES: dict[str, RefundStatus] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
DISPUTE_STATUSES: dict[str, DisputeStatus] = {
    "under_review": "under_review",
    "warning_under_review": "under_review",
    "appeal_under_review": "under_review",
    "won": "won",
    "warning_closed": "won",
    "prevented": "won",
    "lost": "lost",
}
"""A dispute that closes without taking money is won; all others wait for our evidence. Statuses that begin with
`warning_` are inquiries, which take no money
(https://docs.stripe.com/disputes/how-disputes-work#inquiries)."""


def payment(intent: Json, refunds: list[Json], disputes: list[Json]) -> ProviderPayment:
    """Map a PaymentIntent. Its latest charge, and the balance transaction of that, must be expanded."""
    charge: Json = intent.get("latest_charge") or {}
    status = STATUSES.get(intent["status"], "open")
    error: Json = intent.get("last_payment_error") or {}
    return ProviderPayment(
        id=intent["id"],
        payment_id=our_id(intent, "payment"),
        currency=intent["currency"].upper(),
        amount=intent["amount"],
        status=status,
        authorised=charge["amount"] if charge.get("status") == "succeeded" else 0,
        captured=intent["amount_received"],
        fee=_fee(charge, intent["currency"]),
        capture_before=_capture_before(charge),
        failure_code=error.get("decline_code") or error.get("code"),
        client_secret=intent.get("client_secret") if status == "open" else None,
        refunds=tuple(refund(one) for one in refunds),
        disputes=tuple(_dispute(one) for one in disputes),
        bank_url=_bank_url(intent),
    )


def page(session: Json) -> CheckoutSession:
    return CheckoutSession(
        id=session["id"],
        url=session.get("url"),
        is_open=session["status"] == "open",
        provider_id=id_of(session.get("payment_intent")),
    )


def card(method: Json) -> ProviderCard:
    """Map a PaymentMethod of the type card."""
    details: Json = method["card"]
    return ProviderCard(
        id=method["id"],
        brand=details["brand"],
        last4=details["last4"],
        exp_month=details["exp_month"],
        exp_year=details["exp_year"],
        number_mark=details.get("fingerprint") or method["id"],
    )


def our_id(stripe_object: Json, name: str) -> UUID | None:
    """Return our id in the metadata, or None if it has none or not one of ours."""
    try:
        return UUID((stripe_object.get("metadata") or {})[name])
    except (KeyError, ValueError, AttributeError):
        return None


def id_of(reference: Any) -> str | None:
    """Return the id of a reference, which is an id or, if expanded, an object."""
    found = reference.get("id") if isinstance(reference, dict) else reference
    return found if isinstance(found, str) else None


def moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _bank_url(intent: Json) -> str | None:
    action: Json = intent.get("next_action") or {}
    redirect: Json = action.get("redirect_to_url") or {}
    return redirect.get("url") if intent["status"] == "requires_action" else None


def refund(stripe_refund: Json) -> ProviderRefund:
    return ProviderRefund(
        id=stripe_refund["id"],
        attempt_id=our_id(stripe_refund, "attempt"),
        amount=stripe_refund["amount"],
        status=REFUND_STATUSES.get(stripe_refund["status"], "pending"),
    )


def _dispute(dispute: Json) -> ProviderDispute:
    details: Json = dispute.get("evidence_details") or {}
    return ProviderDispute(
        id=dispute["id"],
        amount=dispute["amount"],
        reason=dispute["reason"],
        status=DISPUTE_STATUSES.get(dispute["status"], "open"),
        opened_at=datetime.fromtimestamp(dispute["created"], UTC),
        evidence_due_by=moment(details.get("due_by")),
        withdraws_amount=not dispute["status"].startswith("warning_"),
    )


def _fee(charge: Json, currency: str) -> int:
    """Return the fee, or 0 if it is in another currency, that of the account."""
    entry: Json = charge.get("balance_transaction") or {}
    return int(entry["fee"]) if entry.get("currency") == currency else 0


def _capture_before(charge: Json) -> datetime | None:
    details: Json = charge.get("payment_method_details") or {}
    card: Json = details.get(details.get("type", "")) or {}
    return moment(card.get("capture_before"))
