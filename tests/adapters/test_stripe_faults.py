"""Each fault, before and after the effect of each call that changes something: a repeat with its key has one
effect.

The package's own repetition overcomes a fault that strikes once. One that strikes twice is OutcomeUnknown: the
caller repeats with the same key, or reads the outcome. The calls wait at the same time, each at an account.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from app.adapters.stripe_transport import Timeouts
from app.core.ids import new_id
from app.core.provider import Declined, KeyExhausted, OutcomeUnknown, PaymentProvider
from tests.drivers.stripe_standin import QUICK, SLOW, Provider, make_provider, requested

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
ATTEMPT = UUID("00000000-0000-7000-8000-000000000001")
ASKED = requested()
BROKEN = ("reset", "timeout", "500", "409", "429")
MOMENTS = ("before", "after")


@dataclass(frozen=True)
class Case:
    call: str
    """The kind of call, in the stand-in's words."""
    prepare: Callable[[Provider], str]
    """Creates what the call needs and returns its id."""
    act: Callable[[PaymentProvider, str], object]
    effects: Callable[[Provider], object]
    """Measures the effect of the call."""
    done: object
    """The measure after exactly one effect."""


def count(kind: str) -> Callable[[Provider], object]:
    return lambda provider: len(provider.control.objects(kind))


def sums(provider: Provider) -> object:
    charges = provider.control.objects("charges")
    return [(one["amount_captured"], one["amount_refunded"]) for one in charges]


def nothing(_: Provider) -> str:
    return ""


def page(provider: Provider) -> str:
    return provider.gateway.create_checkout_session(
        ASKED, "https://shop.test", NOW + timedelta(hours=1), "p"
    ).id


def customer(provider: Provider) -> str:
    return provider.gateway.create_customer(new_id(), "customer")


def disputed(provider: Provider) -> str:
    captured = provider.captured()
    return str(provider.control.open_dispute(captured.id)["id"])


def evidence(provider: Provider) -> object:
    return [
        one["evidence_details"]["submission_count"] for one in provider.control.objects("disputes")
    ]


def statuses(kind: str) -> Callable[[Provider], object]:
    return lambda provider: [one["status"] for one in provider.control.objects(kind)]


def create_checkout_session(gateway: PaymentProvider, _: str) -> object:
    return gateway.create_checkout_session(
        ASKED, "https://shop.test", NOW + timedelta(hours=1), "key"
    )


CASES = [
    Case("checkout.sessions.create", nothing, create_checkout_session, count("sessions"), 1),
    Case("checkout.sessions.expire", page, lambda g, i: g.expire_checkout_session(i, "key"),
         statuses("sessions"), ["expired"]),
    Case("payment_intents.create", nothing, lambda g, _: g.create_payment_intent(ASKED, "key"),
         count("payment_intents"), 1),
    Case("terminal.readers.process_payment_intent", nothing,
         lambda g, _: g.start_reader_payment(ASKED, "tmr_1", "key"),
         statuses("charges"), ["succeeded"]),
    Case("payment_intents.capture", lambda p: p.authorised().id, lambda g, i: g.capture(i, 3000, "key"),
         sums, [(3000, 0)]),
    Case("payment_intents.cancel", lambda p: p.authorised().id, lambda g, i: g.void(i, "key"),
         statuses("payment_intents"), ["canceled"]),
    Case("refunds.create", lambda p: p.captured().id, lambda g, i: g.refund(i, 700, ATTEMPT, "key"),
         sums, [(5000, 700)]),
    Case("customers.create", nothing, lambda g, _: g.create_customer(ATTEMPT, "key"), count("customers"), 1),
    Case("setup_intents.create", customer, lambda g, i: g.create_card_setup(i, "key"), count("setup_intents"), 1),
    Case("disputes.update", disputed, lambda g, i: g.submit_evidence(i, {"service_date": "3 March"}, "key"),
         evidence, [1]),
]  # fmt: skip


def provider_with(limits: Timeouts = SLOW) -> Provider:
    provider = make_provider(limits)
    provider.control.set_clock(NOW)
    return provider


def limits(kind: str) -> Timeouts:
    return QUICK if kind == "timeout" else SLOW


def at_once(check: Callable[[Case], None]) -> None:
    with ThreadPoolExecutor(len(CASES)) as threads:
        list(threads.map(check, CASES))


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", ["reset", "timeout", "500", "409"])
def test_the_package_overcomes_one_fault(kind: str, moment: str):
    def check(case: Case) -> None:
        provider = provider_with(limits(kind))
        thing = case.prepare(provider)
        provider.control.fault(case.call, kind, moment)
        case.act(provider.gateway, thing)
        assert case.effects(provider) == case.done, case.call

    at_once(check)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", BROKEN)
def test_a_persistent_fault_is_outcome_unknown_and_a_repeat_with_its_key_has_one_effect(
    kind: str, moment: str
):
    def check(case: Case) -> None:
        provider = provider_with(limits(kind))
        thing = case.prepare(provider)
        provider.control.fault(case.call, kind, moment, times=2)
        with pytest.raises(OutcomeUnknown):
            case.act(provider.gateway, thing)
        assert (case.effects(provider) == case.done) == (moment == "after"), case.call
        provider.control.no_faults()
        case.act(provider.gateway, thing)
        case.act(provider.gateway, thing)
        assert case.effects(provider) == case.done, case.call

    at_once(check)


def test_a_repeat_with_another_key_would_have_a_second_effect():
    """The tests above would find it."""
    provider = provider_with()
    captured = provider.captured()
    provider.control.fault("refunds.create", "reset", "after", times=2)
    with pytest.raises(OutcomeUnknown):
        provider.gateway.refund(captured.id, 700, ATTEMPT, "key")
    provider.gateway.refund(captured.id, 700, ATTEMPT, "another key")
    assert sums(provider) == [(5000, 1400)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_slow_response_is_not_a_fault(moment: str):
    def check(case: Case) -> None:
        provider = provider_with(Timeouts(read_seconds=3))
        thing = case.prepare(provider)
        provider.control.fault(case.call, "slow", moment, seconds=0.3)
        began = monotonic()
        case.act(provider.gateway, thing)
        assert monotonic() - began >= 0.3, case.call
        assert case.effects(provider) == case.done, case.call

    at_once(check)


def test_an_error_saved_with_the_key_requires_a_read_of_the_effect():
    """Stripe repeats its own 500 for a day: only a read shows the outcome. An error that it does not repeat may
    still end well."""
    provider = provider_with()
    authorised = provider.authorised()
    provider.control.fault("payment_intents.capture", "500", "before", times=2)
    with pytest.raises(OutcomeUnknown) as unknown:
        provider.gateway.capture(authorised.id, 5000, "key")
    assert not isinstance(unknown.value, KeyExhausted)
    provider.control.fault("payment_intents.capture", "500_saved", "after")
    for _ in range(2):
        with pytest.raises(KeyExhausted):
            provider.gateway.capture(authorised.id, 5000, "key")
    assert provider.gateway.get_payment(authorised.id).captured == 5000


def test_a_call_that_still_runs_is_outcome_unknown_for_the_next_with_its_key():
    provider = provider_with(Timeouts(read_seconds=3, retries=0))
    authorised = provider.authorised()
    provider.control.fault("payment_intents.capture", "slow", "before", seconds=1)

    def capture(_: int) -> str:
        try:
            return provider.gateway.capture(authorised.id, 5000, "key").status
        except OutcomeUnknown:
            return "unknown"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(capture, range(2))) == ["captured", "unknown"]


def test_a_key_reused_for_another_request_is_outcome_unknown_and_logged_as_an_error(
    gateway_log: None,
):
    provider = provider_with()
    captured = provider.captured()
    provider.gateway.refund(captured.id, 100, ATTEMPT, "key")
    with capture_logs() as logs, pytest.raises(OutcomeUnknown):
        provider.gateway.refund(captured.id, 200, ATTEMPT, "key")
    assert [(one["event"], one["log_level"]) for one in logs] == [("stripe_key_reused", "error")]
    assert sums(provider) == [(5000, 100)]


@pytest.mark.parametrize("kind", ["reset", "timeout", "500", "429"])
def test_reads_that_keep_failing_are_outcome_unknown(kind: str):
    provider = provider_with(limits(kind))
    authorised = provider.authorised()
    reads: list[tuple[str, Callable[[], object]]] = [
        ("payment_intents.retrieve", lambda: provider.gateway.get_payment(authorised.id)),
        ("payment_intents.list", lambda: provider.gateway.find_payment(new_id(), NOW)),
        ("payment_intents.list", lambda: list(provider.gateway.list_payments(NOW))),
    ]
    for call, read in reads:
        provider.control.fault(call, kind, times=2)
        with pytest.raises(OutcomeUnknown):
            read()
        provider.control.no_faults()
        read()


def test_a_list_that_fails_on_its_second_page_is_outcome_unknown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.adapters.stripe_gateway.PAGE_SIZE", 1)
    provider = provider_with(Timeouts(read_seconds=3, retries=0))
    for _ in range(2):
        provider.authorised()
    following = provider.gateway.list_payments(NOW)
    next(following)
    provider.control.fault("payment_intents.list", "reset")
    with pytest.raises(OutcomeUnknown):
        next(following)


def test_a_capture_that_the_bank_refuses_is_declined():
    provider = provider_with()
    authorised = provider.authorised()
    provider.control.fault("payment_intents.capture", "declined")
    with pytest.raises(Declined) as refused:
        provider.gateway.capture(authorised.id, 5000, "key")
    assert refused.value.code == "generic_decline"
    assert provider.gateway.get_payment(authorised.id) == authorised
