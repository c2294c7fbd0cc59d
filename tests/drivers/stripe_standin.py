"""A payment provider for tests: the real gateway, and the stand-in for Stripe that it calls over HTTP.

The run has one server; each provider has a key, and so an account, of its own.
"""

import atexit
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

from stripe import HTTPClient

from app.adapters.stripe_gateway import StripeGateway
from app.adapters.stripe_transport import Timeouts
from app.core.ids import new_id
from app.core.provider import PaymentProvider, PaymentRequest, ProviderPayment
from devtools.stripe_standin.control import Control
from devtools.stripe_standin.server import Standin

SECRET = "whsec_tests"
HTTPClient.INITIAL_DELAY = 0.02
"""Seconds until the package repeats a call; half a second is the value for production."""
SLOW = Timeouts()
QUICK = Timeouts(read_seconds=0.8)
"""For tests of time-outs. Others wait as long as the shop does, so that a busy machine does not matter."""


@cache
def running() -> Standin:
    standin = Standin(switches={"webhook_secret": SECRET}).start()
    atexit.register(standin.stop)
    return standin


@dataclass(frozen=True)
class Provider:
    gateway: PaymentProvider
    control: Control

    def authorised(self, amount: int = 5000, number: str = "4242424242424242") -> ProviderPayment:
        """Return a payment in the app that its payer has confirmed."""
        opened = self.gateway.create_payment_intent(requested(amount), f"open-{uuid4()}")
        self.control.pay(opened.id, number)
        return self.gateway.get_payment(opened.id)

    def captured(self, amount: int = 5000) -> ProviderPayment:
        return self.gateway.capture(self.authorised(amount).id, amount, f"capture-{uuid4()}")


def make_provider(limits: Timeouts = SLOW, secrets: str = SECRET) -> Provider:
    key = f"sk_test_{uuid4().hex}"
    gateway = StripeGateway(key, secrets, running().url, limits)
    return Provider(gateway, Control(running().url, key))


def requested(
    amount: int = 5000, currency: str = "GBP", customer: str | None = None
) -> PaymentRequest:
    return PaymentRequest(
        payment_id=new_id(), order_number="K7M2-4", amount=amount, currency=currency,
        customer=customer, save_card=customer is not None,
    )  # fmt: skip
