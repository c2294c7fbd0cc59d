"""Payments through Stripe: its hosted page on the web, intents in the app, its readers in the store.

Cards are authorised first and captured later by a second call. No name, address or card number passes through:
Stripe receives our ids, the order number and amounts. Any server with the same API works.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import stripe
from stripe import StripeObject

from app.adapters import stripe_mapping, stripe_webhooks
from app.adapters.stripe_cards import PAGE_OFFERS, StripeCards, idempotent, list_all
from app.adapters.stripe_mapping import Json
from app.adapters.stripe_readers import StripeReaders
from app.adapters.stripe_transport import ADDRESS, Timeouts, WrongState, client, translate_errors
from app.core.provider import (
    UNSUPPORTED_CURRENCIES,
    CheckoutSession,
    Declined,
    PaymentRequest,
    ProviderEvent,
    ProviderPayment,
)

EXPAND = ["latest_charge.balance_transaction", "latest_charge.refunds"]
"""What a payment includes, so that one response has all of it."""
PAGE_SIZE = 100


class StripeGateway(StripeCards):
    """A PaymentProvider. `webhook_secrets` is one secret or, during a change, two separated by a comma."""

    def __init__(
        self,
        api_key: str,
        webhook_secrets: str = "",
        address: str = ADDRESS,
        limits: Timeouts = Timeouts(),  # noqa: B008 - frozen
    ) -> None:
        self._stripe = client(api_key, address, limits).v1
        self._readers = StripeReaders(self._stripe)
        self._secrets = tuple(filter(None, map(str.strip, webhook_secrets.split(","))))

    def create_checkout_session(
        self, request: PaymentRequest, return_url: str, expires_at: datetime, key: str
    ) -> CheckoutSession:
        params: stripe.params.checkout.SessionCreateParams = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "line_items": [_line_item(request)],
            "metadata": _metadata(request),
            "payment_intent_data": {"capture_method": "manual", "metadata": _metadata(request)},
            "expires_at": int(expires_at.timestamp()),
            "success_url": return_url,
            "cancel_url": return_url,
        }
        if request.customer:
            params["customer"] = request.customer
            params["saved_payment_method_options"] = {
                "allow_redisplay_filters": list(PAGE_OFFERS),
                "payment_method_save": "enabled" if request.save_card else "disabled",
            }  # the shopper decides there whether to save the card
        with translate_errors():
            created = self._stripe.checkout.sessions.create(params, idempotent(key))
            return stripe_mapping.page(created.to_dict())

    def get_checkout_session(self, page_id: str) -> CheckoutSession:
        with translate_errors():
            return stripe_mapping.page(self._stripe.checkout.sessions.retrieve(page_id).to_dict())

    def expire_checkout_session(self, page_id: str, key: str) -> CheckoutSession:
        try:
            with translate_errors():
                closed = self._stripe.checkout.sessions.expire(page_id, None, idempotent(key))
                return stripe_mapping.page(closed.to_dict())
        except Declined:  # Stripe has no error code for a page that is no longer open
            return self.get_checkout_session(page_id)

    def create_payment_intent(self, request: PaymentRequest, key: str) -> ProviderPayment:
        params = _intent_params(request, "card")
        if request.customer:
            params["customer"] = request.customer
            if request.save_card:
                params["setup_future_usage"] = "on_session"
        with translate_errors():
            return self._complete(self._stripe.payment_intents.create(params, idempotent(key)))

    def open_with_card(
        self, request: PaymentRequest, card: str, return_url: str, key: str
    ) -> ProviderPayment:
        """Charge a saved card. If it is declined, void the intent that was created for it."""
        params = _intent_params(request, "card")
        params["customer"] = request.customer or ""
        with translate_errors():
            created = self._stripe.payment_intents.create(params, idempotent(key))
        confirmation: stripe.params.PaymentIntentConfirmParams = {
            "payment_method": card,
            "return_url": return_url,
        }
        try:
            with translate_errors():
                self._stripe.payment_intents.confirm(
                    created.id, confirmation, idempotent(f"{key}.confirm")
                )
        except WrongState:  # it was confirmed before, or the bank requires authentication
            pass
        except Declined:
            self.void(created.id, f"{key}.void")
            raise
        return self.get_payment(created.id)

    def start_reader_payment(
        self, request: PaymentRequest, reader: str, key: str
    ) -> ProviderPayment:
        """Start a payment at a reader. If the reader refuses, void the intent, so that it cannot be paid later."""
        with translate_errors():
            created = self._stripe.payment_intents.create(
                _intent_params(request, "card_present"), idempotent(key)
            )
        try:
            self._readers.start(created.id, reader, f"{key}.reader")
        except Declined:
            self.void(created.id, f"{key}.void")
            raise
        return self.get_payment(created.id)

    def resume_reader_payment(self, provider_id: str, reader: str) -> ProviderPayment:
        if not self._readers.is_busy_with(provider_id, reader):
            self._readers.start(provider_id, reader)
        return self.get_payment(provider_id)

    def clear_reader(self, provider_id: str, reader: str) -> None:
        if self._readers.is_busy_with(provider_id, reader):
            self._readers.clear(reader)

    def capture(self, provider_id: str, amount: int, key: str) -> ProviderPayment:
        try:
            with translate_errors():
                return self._complete(
                    self._stripe.payment_intents.capture(
                        provider_id,
                        {"amount_to_capture": amount, "expand": EXPAND},
                        idempotent(key),
                    )
                )
        except WrongState:
            return self.get_payment(provider_id)

    def void(self, provider_id: str, key: str) -> ProviderPayment:
        try:
            with translate_errors():
                return self._complete(
                    self._stripe.payment_intents.cancel(
                        provider_id, {"expand": EXPAND}, idempotent(key)
                    )
                )
        except WrongState:
            return self.get_payment(provider_id)

    def refund(self, provider_id: str, amount: int, attempt_id: UUID, key: str) -> ProviderPayment:
        """Refund a payment. Add the refund to the result if the retrieved payment does not list it yet."""
        with translate_errors():
            created = self._stripe.refunds.create(
                {
                    "payment_intent": provider_id,
                    "amount": amount,
                    "metadata": {"attempt": str(attempt_id)},
                },
                idempotent(key),
            )
            refund = stripe_mapping.refund(created.to_dict())
        payment = self.get_payment(provider_id)
        is_listed = any(one.id == refund.id for one in payment.refunds)
        return payment if is_listed else replace(payment, refunds=(*payment.refunds, refund))

    def get_payment(self, provider_id: str) -> ProviderPayment:
        with translate_errors():
            return self._complete(
                self._stripe.payment_intents.retrieve(provider_id, {"expand": EXPAND})
            )

    def find_payment(self, payment_id: UUID, since: datetime) -> ProviderPayment | None:
        """Find a payment in the list. Stripe's search may lag by a minute, and by hours during an incident."""
        for intent in self._list_intents(since, expanded=[]):
            if stripe_mapping.our_id(intent.to_dict(), "payment") == payment_id:
                return self.get_payment(intent.id)
        return None

    def list_payments(self, since: datetime) -> Iterator[ProviderPayment]:
        for intent in self._list_intents(since, [f"data.{path}" for path in EXPAND]):
            with translate_errors():
                payment = self._complete(intent)
            yield payment

    def parse_webhook(self, body: bytes, signature: str, now: datetime) -> ProviderEvent:
        return stripe_webhooks.parse(body, signature, self._secrets, now)

    def submit_evidence(self, dispute_id: str, evidence: dict[str, str], key: str) -> None:
        fields: Any = evidence  # Stripe's own names of its fields
        with translate_errors():
            self._stripe.disputes.update(
                dispute_id, {"evidence": fields, "submit": True}, idempotent(key)
            )

    def _list_intents(self, since: datetime, expanded: list[str]) -> Iterator[stripe.PaymentIntent]:
        with translate_errors():
            listed = self._stripe.payment_intents.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE_SIZE, "expand": expanded}
            )
        intents = listed.auto_paging_iter()
        while True:
            with (
                translate_errors()
            ):  # the next one may be on another page, which is requested only now
                intent = next(intents, None)
            if intent is None:
                return
            yield intent

    def _complete(self, intent: StripeObject) -> ProviderPayment:
        """Return the payment with what Stripe does not include: disputes, and refunds after the first ten."""
        details = intent.to_dict()
        charge: Json = details.get("latest_charge") or {}
        refunds: Json = charge.get("refunds") or {"data": []}
        listed = refunds["data"]
        if refunds.get("has_more"):
            listed = list_all(
                self._stripe.refunds.list({"payment_intent": details["id"], "limit": PAGE_SIZE})
            )
        disputes: list[Json] = []
        if charge.get("disputed"):
            disputes = list_all(self._stripe.disputes.list({"payment_intent": details["id"]}))
        return stripe_mapping.payment(details, listed, disputes)


def _stripe_currency(request: PaymentRequest) -> str:
    """Return the currency as Stripe writes it. Raises Declined if its minor units differ at Stripe."""
    if request.currency in UNSUPPORTED_CURRENCIES:
        raise Declined("currency_not_supported", f"Cards cannot be charged in {request.currency}.")
    return request.currency.lower()


def _metadata(request: PaymentRequest) -> dict[str, str]:
    return {"payment": str(request.payment_id), "order": request.order_number}


def _line_item(request: PaymentRequest) -> stripe.params.checkout.SessionCreateParamsLineItem:
    return {
        "quantity": 1,
        "price_data": {
            "currency": _stripe_currency(request),
            "unit_amount": request.amount,
            "product_data": {"name": f"Order {request.order_number}"},
        },
    }


def _intent_params(
    request: PaymentRequest, method: Literal["card", "card_present"]
) -> stripe.params.PaymentIntentCreateParams:
    return {
        "amount": request.amount,
        "currency": _stripe_currency(request),
        "capture_method": "manual",
        "allowed_payment_method_types": [method],
        "metadata": _metadata(request),
        "description": f"Order {request.order_number}",
        "expand": EXPAND,
    }
