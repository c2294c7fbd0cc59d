"""The connection to Stripe, and unusable responses."""

import pytest
from structlog.testing import capture_logs

from app.adapters.stripe_gateway import StripeGateway
from app.adapters.stripe_transport import Timeouts
from app.core.provider import OutcomeUnknown
from tests.drivers.stripe_standin import make_provider, requested


def test_a_refused_api_key_is_outcome_unknown_and_an_error_that_hides_the_key(gateway_log: None):
    provider = make_provider()
    provider.control.fault("*", "401", times=2)
    with capture_logs() as logs, pytest.raises(OutcomeUnknown, match="STRIPE_API_KEY") as error:
        provider.gateway.get_payment("pi_any")
    assert [one["log_level"] for one in logs] == ["error"]
    assert "sk_test" not in f"{logs} {error.value}"


def test_an_unreachable_server_is_outcome_unknown():
    gateway = StripeGateway("sk_test_1", address="http://127.0.0.1:9", limits=Timeouts(retries=0))
    with pytest.raises(OutcomeUnknown):
        gateway.get_payment("pi_any")


def test_a_response_of_another_kind_is_outcome_unknown(monkeypatch: pytest.MonkeyPatch):
    provider = make_provider()
    for body in (b"<html>Welcome to our hotel</html>", b"{}", b'{"id": "pi_1"}', b"[]"):
        monkeypatch.setattr(
            "stripe.RequestsClient.request",
            lambda *_, body=body: (body, 200, {}),
        )
        with pytest.raises(OutcomeUnknown):
            provider.gateway.get_payment("pi_any")


def test_the_time_limits_are_below_those_of_our_own_server():
    """Two attempts, and the longest pause between them, end before gunicorn would end the request."""
    limits, pause = Timeouts(), 1
    tries = limits.retries + 1
    assert tries * (limits.connect_seconds + limits.read_seconds) + pause < 20


def test_stripe_gets_no_information_about_the_machine(monkeypatch: pytest.MonkeyPatch):
    seen: dict[str, str] = {}
    provider = make_provider()

    def request(_self: object, _method: str, _url: str, headers: dict[str, str], _data: object):
        seen.update(headers)
        return b"{}", 500, {}

    monkeypatch.setattr("stripe.RequestsClient.request", request)
    with pytest.raises(OutcomeUnknown):
        provider.gateway.create_payment_intent(requested(), "key")
    assert seen.pop("Authorization").startswith("Bearer sk_test_")
    assert seen == {
        "Idempotency-Key": "key",
        "User-Agent": "Onecounter",
        "Stripe-Version": "2026-10-28.endive",
        "Content-Type": "application/x-www-form-urlencoded",
    }
