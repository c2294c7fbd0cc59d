"""Known answers: every key that Stripe is sent. It keeps our metadata for years and our idempotency keys for a
day."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from stripe import RequestsClient

from app.core.provider import Declined, PaymentRequest
from tests.drivers.stripe_standin import Provider, make_provider

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = NOON + timedelta(hours=1)
BACK = "https://shop.test/back"
PAYMENT, ATTEMPT, CUSTOMER = (UUID(int=number) for number in (7, 8, 9))
ASKED = PaymentRequest(PAYMENT, "K7QXM3W95", 1234, "GBP")
OURS = {"payment": str(PAYMENT), "order": "K7QXM3W95"}
METADATA = {f"metadata[{name}]": value for name, value in OURS.items()}
EXPANDED = {
    "expand[0]": "latest_charge.balance_transaction", "expand[1]": "latest_charge.refunds",
}  # fmt: skip
INTENT = METADATA | EXPANDED | {
    "amount": "1234", "currency": "gbp", "capture_method": "manual",
    "allowed_payment_method_types[0]": "card", "description": "Order K7QXM3W95",
}  # fmt: skip
PAGE = METADATA | {
    "mode": "payment", "allowed_payment_method_types[0]": "card", "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "gbp", "line_items[0][price_data][unit_amount]": "1234",
    "line_items[0][price_data][product_data][name]": "Order K7QXM3W95",
    "payment_intent_data[capture_method]": "manual",
    "payment_intent_data[metadata][payment]": OURS["payment"],
    "payment_intent_data[metadata][order]": OURS["order"],
    "expires_at": "1772542800", "success_url": BACK, "cancel_url": BACK,
}  # fmt: skip


class Request(NamedTuple):
    path: str
    key: str | None
    """The idempotency key."""
    body: Mapping[str, str | None]


@pytest.fixture
def provider() -> Provider:
    provider = make_provider()
    provider.control.set_clock(NOON)
    return provider


@pytest.fixture
def sent(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Return the requests that change something at Stripe, from now on."""
    through, found = RequestsClient.request, list[Request]()

    def request(
        self: RequestsClient, method: str, url: str, headers: Mapping[str, str], data: str | None
    ) -> object:
        if method == "post":
            body = dict(parse_qsl(data or "", strict_parsing=bool(data)))
            found.append(Request(url.split("/v1/")[1], headers.get("Idempotency-Key"), body))
        return through(self, method, url, headers, data)

    monkeypatch.setattr(RequestsClient, "request", request)
    return found


def known(provider: Provider, sent: list[Request]) -> PaymentRequest:
    """Return the same payment, requested for a customer who saves the card."""
    customer = provider.gateway.create_customer(CUSTOMER, "customer")
    sent.clear()
    return PaymentRequest(PAYMENT, "K7QXM3W95", 1234, "GBP", customer, save_card=True)


def test_the_request_to_create_a_customer(provider: Provider, sent: list[Request]) -> None:
    provider.gateway.create_customer(CUSTOMER, "key")
    assert sent == [Request("customers", "key", {"metadata[customer]": str(CUSTOMER)})]


def test_the_requests_to_create_and_expire_a_checkout_session(
    provider: Provider, sent: list[Request]
) -> None:
    page = provider.gateway.create_checkout_session(ASKED, BACK, HOUR, "key")
    provider.gateway.expire_checkout_session(page.id, "close")
    assert sent == [
        Request("checkout/sessions", "key", PAGE),
        Request(f"checkout/sessions/{page.id}/expire", "close", {}),
    ]


def test_the_request_to_create_a_checkout_session_for_a_customer(
    provider: Provider, sent: list[Request]
) -> None:
    requested = known(provider, sent)
    provider.gateway.create_checkout_session(requested, BACK, HOUR, "key")
    saving = {
        "customer": requested.customer,
        "saved_payment_method_options[allow_redisplay_filters][0]": "always",
        "saved_payment_method_options[allow_redisplay_filters][1]": "limited",
        "saved_payment_method_options[allow_redisplay_filters][2]": "unspecified",
        "saved_payment_method_options[payment_method_save]": "enabled",
    }
    assert sent == [Request("checkout/sessions", "key", PAGE | saving)]


def test_the_request_to_create_a_payment_in_the_app(
    provider: Provider, sent: list[Request]
) -> None:
    requested = known(provider, sent)
    provider.gateway.create_payment_intent(ASKED, "key")
    provider.gateway.create_payment_intent(requested, "other")
    saving = {"customer": requested.customer, "setup_future_usage": "on_session"}
    assert sent == [
        Request("payment_intents", "key", INTENT),
        Request("payment_intents", "other", INTENT | saving),
    ]


def test_the_requests_to_start_a_payment_at_a_reader(
    provider: Provider, sent: list[Request]
) -> None:
    seen = provider.gateway.start_reader_payment(ASKED, "tmr_till1", "key")
    asking = {"payment_intent": seen.id, "process_config[skip_tipping]": "true"}
    present = {"allowed_payment_method_types[0]": "card_present"}
    assert sent == [
        Request("payment_intents", "key", INTENT | present),
        Request("terminal/readers/tmr_till1/process_payment_intent", "key.reader", asking),
    ]


def test_a_payment_that_a_reader_refuses_is_voided(provider: Provider, sent: list[Request]) -> None:
    with suppress(Declined):
        provider.gateway.start_reader_payment(ASKED, "kitchen", "key")
    [intent] = provider.control.objects("payment_intents")
    assert sent[-1] == Request(f"payment_intents/{intent['id']}/cancel", "key.void", EXPANDED)


def test_the_request_to_charge_a_saved_card(provider: Provider, sent: list[Request]) -> None:
    requested = known(provider, sent)
    with suppress(Declined):
        provider.gateway.open_with_card(requested, "pm_none", BACK, "key")
    [intent] = provider.control.objects("payment_intents")
    path = f"payment_intents/{intent['id']}"
    confirmed = {"payment_method": "pm_none", "return_url": BACK}
    assert sent == [
        Request("payment_intents", "key", INTENT | {"customer": requested.customer}),
        Request(f"{path}/confirm", "key.confirm", confirmed),
        Request(f"{path}/cancel", "key.void", EXPANDED),
    ]


def test_the_requests_to_capture_refund_and_void(provider: Provider, sent: list[Request]) -> None:
    one, other = provider.authorised(1234), provider.authorised(1234)
    sent.clear()
    provider.gateway.capture(one.id, 1000, "capture")
    provider.gateway.refund(one.id, 400, ATTEMPT, "refund")
    provider.gateway.void(other.id, "void")
    given = {"payment_intent": one.id, "amount": "400", "metadata[attempt]": str(ATTEMPT)}
    capture = EXPANDED | {"amount_to_capture": "1000"}
    assert sent == [
        Request(f"payment_intents/{one.id}/capture", "capture", capture),
        Request("refunds", "refund", given),
        Request(f"payment_intents/{other.id}/cancel", "void", EXPANDED),
    ]


def test_the_requests_to_save_a_card_in_the_app_and_on_a_hosted_page(
    provider: Provider, sent: list[Request]
) -> None:
    customer = known(provider, sent).customer or ""
    provider.gateway.create_card_setup(customer, "app")
    provider.gateway.create_card_page(customer, BACK, HOUR, "page")
    card = {"customer": customer, "allowed_payment_method_types[0]": "card"}
    urls = {"expires_at": "1772542800", "success_url": BACK, "cancel_url": BACK}
    assert sent == [
        Request("setup_intents", "app", card | {"usage": "on_session"}),
        Request("checkout/sessions", "page", card | urls | {"mode": "setup"}),
    ]


def test_the_request_to_submit_dispute_evidence(provider: Provider, sent: list[Request]) -> None:
    with suppress(Declined):
        provider.gateway.submit_evidence("dp_1", {"service_date": "2026-03-03"}, "key")
    body = {"evidence[service_date]": "2026-03-03", "submit": "true"}
    assert sent == [Request("disputes/dp_1", "key", body)]


def test_objects_of_older_releases_are_recognised(provider: Provider) -> None:
    """Their metadata identifies them."""
    provider.control.call(
        "payment_intents.create", amount=700, currency="gbp", metadata={"payment": str(PAYMENT)}
    )
    found = provider.gateway.find_payment(PAYMENT, NOON - timedelta(minutes=1))
    assert found is not None
    assert found.payment_id == PAYMENT
