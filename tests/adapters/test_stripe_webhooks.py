"""Webhooks of the port: Stripe's own are read, everything else is an invalid signature."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.adapters.stripe_gateway import StripeGateway
from app.core.provider import InvalidSignature, PaymentProvider, ProviderEvent
from devtools.stripe_standin.invalid_webhooks import MAKERS, make_invalid
from devtools.stripe_standin.webhooks import SignedWebhook, sign
from tests.drivers.stripe_standin import SECRET, Provider, make_provider, requested

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def provider() -> Provider:
    provider = make_provider()
    provider.control.set_clock(NOON)
    return provider


def read(gateway: PaymentProvider, webhook: SignedWebhook, now: datetime = NOON) -> ProviderEvent:
    return gateway.parse_webhook(webhook.body.encode(), webhook.signature, now)


def event(**values: object) -> str:
    return json.dumps({"id": "evt_1", "type": "payment_intent.succeeded", "created": 1772539200,
                       "data": {"object": {"object": "payment_intent", "id": "pi_1"}}} | values)  # fmt: skip


def test_each_webhook_in_the_life_of_a_payment_names_it(provider: Provider):
    ours = requested()
    page = provider.gateway.create_checkout_session(
        ours, "https://shop.test", NOON + timedelta(hours=1), "page"
    )
    provider.control.pay(page.id)
    there = provider.gateway.get_checkout_session(page.id).provider_id
    assert there
    provider.gateway.capture(there, 5000, "capture")
    provider.gateway.refund(there, 100, uuid4(), "refund")
    provider.control.open_dispute(there, 500)
    notices = [read(provider.gateway, one) for one in provider.control.take_webhooks()]
    assert {one.provider_id for one in notices} == {there}
    assert {one.occurred_at for one in notices} == {NOON}
    assert len({one.id for one in notices}) == len(notices)
    named = {one.kind for one in notices if one.payment_id == ours.payment_id}
    assert {"payment_intent.succeeded", "checkout.session.completed"} <= named
    unnamed = {one.kind for one in notices if one.payment_id is None}
    assert unnamed >= {"refund.created", "charge.dispute.created"}


def test_a_webhook_of_a_reader_names_the_payment(provider: Provider):
    seen = provider.gateway.start_reader_payment(requested(), "tmr_1", "reader")
    notices = [read(provider.gateway, one) for one in provider.control.take_webhooks()]
    assert ("terminal.reader.action_succeeded", seen.id) in {
        (one.kind, one.provider_id) for one in notices
    }


def test_a_webhook_about_a_customer_is_not_about_a_payment(provider: Provider):
    provider.gateway.create_customer(uuid4(), "customer")
    (webhook,) = provider.control.take_webhooks()
    notice = read(provider.gateway, webhook)
    assert (notice.provider_id, notice.payment_id) == (None, None)


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_two_secrets_are_valid_during_their_rotation(secret: str):
    gateway = StripeGateway("sk_test_1", "whsec_old, whsec_new")
    webhook = SignedWebhook(event(), sign(event(), secret, int(NOON.timestamp())))
    assert read(gateway, webhook).provider_id == "pi_1"


def test_stripes_own_header_with_two_signatures_is_accepted():
    """Stripe signs with both secrets during a rotation."""
    gateway = StripeGateway("sk_test_1", "whsec_new")
    at = int(NOON.timestamp())
    other = sign(event(), "whsec_old", at)
    mine = sign(event(), "whsec_new", at).partition(",")[2]
    assert read(gateway, SignedWebhook(event(), f"{other},{mine},v0=abc")).id == "evt_1"


@pytest.mark.parametrize("secrets", ["", ",", " , "])
def test_without_a_secret_every_webhook_is_refused(secrets: str):
    gateway = StripeGateway("sk_test_1", secrets)
    for secret in ("", " ", ","):
        with pytest.raises(InvalidSignature):
            read(gateway, SignedWebhook(event(), sign(event(), secret, int(NOON.timestamp()))))


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_webhook_can_be_five_minutes_old(seconds: int):
    gateway = StripeGateway("sk_test_1", SECRET)
    webhook = SignedWebhook(event(), sign(event(), SECRET, int(NOON.timestamp()) + seconds))
    assert read(gateway, webhook).kind == "payment_intent.succeeded"


@pytest.mark.parametrize("body", ["", "no JSON", "[]", "null", "{}", '"evt"', event(id=7),
                                  event(type=None), event(created="noon"), event(created=10**30),
                                  event(data={}), event(data={"object": None})])  # fmt: skip
def test_a_signed_body_that_is_not_an_event_is_refused(body: str):
    gateway = StripeGateway("sk_test_1", SECRET)
    with pytest.raises(InvalidSignature):
        read(gateway, SignedWebhook(body, sign(body, SECRET, int(NOON.timestamp()))))


def test_bytes_that_are_not_text_are_refused():
    gateway = StripeGateway("sk_test_1", SECRET)
    with pytest.raises(InvalidSignature):
        gateway.parse_webhook(b"\xff\xfe", sign(event(), SECRET, int(NOON.timestamp())), NOON)


def test_a_thousand_forgeries_are_refused(provider: Provider):
    provider.captured()
    true = provider.control.take_webhooks()[0]
    believed = [
        forged
        for forged in make_invalid(true.body, SECRET, int(NOON.timestamp()), 1000)
        if is_accepted(provider.gateway, forged)
    ]
    assert believed == []
    assert is_accepted(provider.gateway, true), "and what they were made of is believed"


def is_accepted(gateway: PaymentProvider, webhook: SignedWebhook) -> bool:
    try:
        read(gateway, webhook)
    except InvalidSignature:
        return False
    return True


def test_a_gateway_without_the_checks_would_accept_each_kind_of_forgery(provider: Provider):
    """A forgery that fails for another reason than the intended one proves nothing: with a right signature and
    the current time, each of the bodies is one that Stripe might send."""
    provider.captured()
    true = provider.control.take_webhooks()[0]
    for forged in make_invalid(true.body, SECRET, int(NOON.timestamp()), len(MAKERS)):
        again = SignedWebhook(forged.body, sign(forged.body, SECRET, int(NOON.timestamp())))
        assert is_accepted(provider.gateway, again)


@pytest.mark.parametrize(
    "body",
    [
        event(id="evt\0"),
        event(id="evt\ud800"),
        event(type="a\0b"),
        event(data={"object": {"object": "charge", "payment_intent": "pi\0"}}),
        event(data={"object": {"object": "setup_intent", "customer": "cus\ud800"}}),
        '{"data": ' + "[" * 100_000,
    ],
)
def test_a_signed_body_that_no_database_stores_is_no_event(provider: Provider, body: str):
    with pytest.raises(InvalidSignature):
        read(provider.gateway, SignedWebhook(body, sign(body, SECRET, int(NOON.timestamp()))))
