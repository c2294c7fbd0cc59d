"""The part of the Stripe gateway for saved cards: save with a SetupIntent or on Stripe's page, list, detach.

Stripe stores a customer under our id, with their cards. We store Stripe's ids of both.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import stripe
from stripe import RequestOptions

from app.adapters import stripe_mapping
from app.adapters.stripe_mapping import Json
from app.adapters.stripe_transport import translate_errors
from app.core.provider import MISSING, CheckoutSession, Declined, OutcomeUnknown, ProviderCard

PAGE_SIZE = 100
PAGE_OFFERS = ["always", "limited", "unspecified"]
"""Which saved cards Stripe's page offers: all, because a card is saved only for this purpose."""


class StripeCards:
    """The methods of a PaymentProvider for saved cards."""

    _stripe: stripe.V1Services

    def create_customer(self, customer_id: UUID, key: str) -> str:
        with translate_errors():
            created = self._stripe.customers.create(
                {"metadata": {"customer": str(customer_id)}}, idempotent(key)
            )
            return created.id

    def create_card_setup(self, customer: str, key: str) -> str:
        with translate_errors():
            created = self._stripe.setup_intents.create(
                {
                    "customer": customer,
                    "usage": "on_session",
                    "allowed_payment_method_types": ["card"],
                },
                idempotent(key),
            )
        if not created.client_secret:
            raise OutcomeUnknown("A SetupIntent came without its client secret.")
        return created.client_secret

    def create_card_page(
        self, customer: str, return_url: str, expires_at: datetime, key: str
    ) -> CheckoutSession:
        with translate_errors():
            created = self._stripe.checkout.sessions.create(
                {
                    "mode": "setup",
                    "customer": customer,
                    "allowed_payment_method_types": ["card"],
                    "expires_at": int(expires_at.timestamp()),
                    "success_url": return_url,
                    "cancel_url": return_url,
                },
                idempotent(key),
            )
            return stripe_mapping.page(created.to_dict())

    def list_cards(self, customer: str) -> Sequence[ProviderCard]:
        with translate_errors():
            listed = self._stripe.customers.payment_methods.list(
                customer, {"type": "card", "limit": PAGE_SIZE}
            )
            return [stripe_mapping.card(one) for one in list_all(listed)]

    def detach_card(self, card: str) -> None:
        """Detach a card. Stripe has no error code for a detached card, so check the card if Stripe refuses."""
        try:
            with translate_errors():
                self._stripe.payment_methods.detach(card)
        except Declined:
            if self._is_attached(card):
                raise

    def delete_customer(self, customer: str) -> None:
        """Delete a customer. Detach each card first, because Stripe does not promise it for a deleted customer."""
        try:
            for one in self.list_cards(customer):
                self.detach_card(one.id)
            with translate_errors():
                self._stripe.customers.delete(customer)
        except Declined as no:
            if no.code != MISSING:
                raise

    def _is_attached(self, card: str) -> bool:
        try:
            with translate_errors():
                found = self._stripe.payment_methods.retrieve(card).to_dict()
        except Declined as no:
            return no.code != MISSING
        return found.get("customer") is not None


def list_all(page: stripe.ListObject[Any]) -> list[Json]:
    """Return the items of all pages of a list."""
    return [one.to_dict() for one in page.auto_paging_iter()]


def idempotent(key: str) -> RequestOptions:
    """Return the options with an idempotency key. A repeated call with the same key has one effect."""
    return {"idempotency_key": key}
