"""The port of a payment provider, call by call: the real gateway against the stand-in over HTTP."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from stripe._api_version import _ApiVersion

from app.adapters.stripe_transport import API_VERSION
from app.core.ids import new_id
from app.core.provider import CheckoutSession, Declined, OutcomeUnknown
from tests.drivers.stripe_standin import Provider, make_provider, requested

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DECLINED, POOR = "4000000000000002", "4000000000009995"
BACK = "https://shop.test/orders/K7M2-4"


@pytest.fixture
def provider() -> Provider:
    provider = make_provider()
    provider.control.set_clock(NOON)
    return provider


def create_checkout_session(
    provider: Provider, amount: int = 5000, key: str = "page"
) -> CheckoutSession:
    return provider.gateway.create_checkout_session(
        requested(amount), BACK, NOON + timedelta(hours=1), key
    )


def test_the_api_version_is_the_one_of_the_package():
    assert API_VERSION == _ApiVersion.CURRENT, "read Stripe's changelog, then pin the new one"


def test_a_checkout_session_has_a_url_and_no_payment_until_the_shopper_pays(provider: Provider):
    page = create_checkout_session(provider)
    assert page.is_open
    assert page.url
    assert page.url.startswith("http")
    assert page.provider_id is None
    assert provider.gateway.get_checkout_session(page.id) == page


def test_a_payment_on_the_hosted_page_is_authorised_with_our_payment_id(provider: Provider):
    ours = requested(1234, "EUR")
    page = provider.gateway.create_checkout_session(ours, BACK, NOON + timedelta(hours=1), "page")
    provider.control.pay(page.id)
    page = provider.gateway.get_checkout_session(page.id)
    assert page.provider_id
    seen = provider.gateway.get_payment(page.provider_id)
    assert (page.is_open, page.url) == (False, None)
    assert (seen.payment_id, seen.currency, seen.amount) == (ours.payment_id, "EUR", 1234)
    assert (seen.status, seen.authorised, seen.captured) == ("authorised", 1234, 0)
    assert seen.capture_before == NOON + timedelta(days=7)
    assert seen.client_secret is None


def test_an_expired_checkout_session_cannot_be_paid(provider: Provider):
    page = create_checkout_session(provider)
    closed = provider.gateway.expire_checkout_session(page.id, "close")
    assert (closed.is_open, closed.url) == (False, None)
    again = provider.gateway.expire_checkout_session(page.id, "close again")
    assert again == closed


def test_expiring_a_paid_checkout_session_returns_the_payment(provider: Provider):
    page = create_checkout_session(provider)
    provider.control.pay(page.id)
    closed = provider.gateway.expire_checkout_session(page.id, "close")
    assert closed.provider_id
    assert provider.gateway.get_payment(closed.provider_id).status == "authorised"


def test_the_hosted_page_declines_a_card_and_accepts_the_next(provider: Provider):
    page = create_checkout_session(provider)
    assert provider.control.pay(page.id, POOR)
    tried = provider.gateway.get_checkout_session(page.id)
    assert tried.is_open
    assert tried.provider_id
    seen = provider.gateway.get_payment(tried.provider_id)
    assert (seen.status, seen.authorised, seen.failure_code) == ("open", 0, "insufficient_funds")
    provider.control.pay(page.id)
    seen = provider.gateway.get_payment(tried.provider_id)
    assert (seen.status, seen.authorised, seen.failure_code) == ("authorised", 5000, None)


def test_a_checkout_session_expires_by_itself(provider: Provider):
    page = create_checkout_session(provider)
    provider.control.set_clock(NOON + timedelta(hours=2))
    assert not provider.gateway.get_checkout_session(page.id).is_open


def test_a_checkout_session_that_would_expire_too_soon_is_refused(provider: Provider):
    with pytest.raises(Declined):
        provider.gateway.create_checkout_session(
            requested(), BACK, NOON + timedelta(minutes=10), "page"
        )


def test_the_app_gets_a_client_secret_until_the_payment_is_confirmed(provider: Provider):
    opened = provider.gateway.create_payment_intent(requested(), "open")
    assert opened.client_secret
    assert (opened.status, opened.authorised) == ("open", 0)
    provider.control.pay(opened.id)
    assert provider.gateway.get_payment(opened.id).client_secret is None


def test_a_reader_authorises_the_presented_card(provider: Provider):
    seen = provider.gateway.start_reader_payment(requested(900), "tmr_till1", "reader")
    assert (seen.status, seen.authorised) == ("authorised", 900)
    assert seen.capture_before == NOON + timedelta(days=7)


def test_a_reader_waits_for_a_card(provider: Provider):
    provider.control.switch(auto_present="")
    opened = provider.gateway.start_reader_payment(requested(900), "tmr_till1", "reader")
    assert opened.status == "open"
    provider.control.present("tmr_till1", DECLINED)
    assert provider.gateway.get_payment(opened.id).failure_code == "generic_decline"
    again = provider.gateway.start_reader_payment(requested(900), "tmr_till1", "reader 2")
    provider.control.present("tmr_till1")
    assert provider.gateway.get_payment(again.id).status == "authorised"


def test_a_reader_asks_again_for_the_same_payment_after_a_declined_card(
    provider: Provider,
):
    provider.control.switch(auto_present="")
    opened = provider.gateway.start_reader_payment(requested(900), "tmr_till1", "reader")
    provider.gateway.resume_reader_payment(opened.id, "tmr_till1")
    asking = [one for one in provider.control.calls() if "process_payment_intent" in one["call"]]
    assert len(asking) == 1, "it asks already"
    provider.control.present("tmr_till1", DECLINED)
    assert provider.gateway.resume_reader_payment(opened.id, "tmr_till1").status == "open"
    provider.control.present("tmr_till1")
    assert provider.gateway.get_payment(opened.id).status == "authorised"


def test_a_cleared_reader_stops_asking_unless_it_asks_for_another_payment(provider: Provider):
    provider.control.switch(auto_present="")
    first = provider.gateway.start_reader_payment(requested(900), "tmr_till1", "reader")
    provider.gateway.clear_reader(first.id, "tmr_till1")
    assert provider.gateway.void(first.id, "void").status == "voided"
    second = provider.gateway.start_reader_payment(requested(800), "tmr_till1", "reader 2")
    provider.gateway.clear_reader(first.id, "tmr_till1")
    provider.control.present("tmr_till1")
    assert provider.gateway.get_payment(second.id).status == "authorised"


def test_an_unknown_reader_is_declined(provider: Provider):
    with pytest.raises(Declined) as refused:
        provider.gateway.start_reader_payment(requested(900), "kitchen", "reader")
    assert refused.value.code == "reader_not_found"


@pytest.mark.parametrize("currency", ["ISK", "MGA", "UGX"])
def test_currencies_that_stripe_counts_in_other_units_are_not_charged(
    provider: Provider, currency: str
):
    ask = requested(900, currency)
    for charge in (
        lambda: provider.gateway.create_payment_intent(ask, "a"),
        lambda: provider.gateway.start_reader_payment(ask, "tmr_till1", "b"),
        lambda: provider.gateway.open_with_card(ask, "pm_1", "https://shop.test", "d"),
        lambda: provider.gateway.create_checkout_session(ask, "https://shop.test", NOON, "c"),
    ):
        with pytest.raises(Declined) as refused:
            charge()
        assert refused.value.code == "currency_not_supported"
    assert provider.control.objects("payment_intents") == []


@pytest.mark.parametrize("status", ["offline", "busy"])
def test_a_payment_that_a_reader_refuses_can_never_be_paid(provider: Provider, status: str):
    provider.control.switch(reader=status)
    with pytest.raises(Declined, match="currently") as refused:
        provider.gateway.start_reader_payment(requested(900), "tmr_till1", "reader")
    assert refused.value.code == f"reader_{status}"
    assert [one["status"] for one in provider.control.objects("payment_intents")] == ["canceled"]


def test_a_reader_that_does_not_respond_is_outcome_unknown(provider: Provider):
    provider.control.switch(reader="timeout")
    with pytest.raises(OutcomeUnknown):
        provider.gateway.start_reader_payment(requested(900), "tmr_till1", "reader")


def test_a_partial_capture_releases_the_rest_without_a_refund(provider: Provider):
    seen = provider.gateway.capture(provider.authorised(5000).id, 3210, "capture")
    assert (seen.status, seen.authorised, seen.captured) == ("captured", 5000, 3210)
    assert seen.fee == 48 + 20, "1.5 % of what was captured, and 20"
    assert seen.refunds == ()
    assert provider.gateway.get_payment(seen.id) == seen


def test_a_capture_cannot_exceed_the_authorised_amount(provider: Provider):
    authorised = provider.authorised(5000)
    with pytest.raises(Declined) as refused:
        provider.gateway.capture(authorised.id, 5001, "capture")
    assert refused.value.code == "amount_too_large"
    assert provider.gateway.get_payment(authorised.id) == authorised


def test_a_second_capture_returns_the_result_of_the_first(provider: Provider):
    captured = provider.captured(5000)
    assert provider.gateway.capture(captured.id, 100, "other key") == captured


def test_a_void_releases_the_whole_amount(provider: Provider):
    seen = provider.gateway.void(provider.authorised(5000).id, "void")
    assert (seen.status, seen.authorised, seen.captured, seen.refunds) == ("voided", 5000, 0, ())


def test_a_void_after_the_capture_returns_the_capture(provider: Provider):
    captured = provider.captured()
    assert provider.gateway.void(captured.id, "void") == captured


def test_a_capture_after_the_void_returns_the_void(provider: Provider):
    voided = provider.gateway.void(provider.authorised().id, "void")
    assert provider.gateway.capture(voided.id, 5000, "capture") == voided


def test_an_authorisation_expires(provider: Provider):
    authorised = provider.authorised()
    provider.control.set_clock(NOON + timedelta(days=7, seconds=1))
    assert provider.gateway.capture(authorised.id, 5000, "capture").status == "voided"


def test_a_payment_is_found_by_our_id(provider: Provider):
    ours, others = requested(), [provider.authorised() for _ in range(3)]
    opened = provider.gateway.create_payment_intent(ours, "open")
    since = NOON - timedelta(minutes=1)
    assert provider.gateway.find_payment(ours.payment_id, since) == opened
    assert provider.gateway.find_payment(new_id(), since) is None
    assert provider.gateway.find_payment(ours.payment_id, NOON + timedelta(minutes=1)) is None
    assert opened.id not in {other.id for other in others}


def test_recent_payments_are_listed_newest_first_page_by_page(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.adapters.stripe_gateway.PAGE_SIZE", 2)
    made = []
    for minute in range(5):
        provider.control.set_clock(NOON + timedelta(minutes=minute))
        made.append(provider.captured(1000 + minute))
    since = NOON + timedelta(minutes=1)
    assert list(provider.gateway.list_payments(since)) == made[:0:-1]
    assert list(islice(provider.gateway.list_payments(since), 1)) == made[-1:]


def test_payments_made_without_us_are_listed_too(provider: Provider):
    provider.control.call("payment_intents.create", amount=700, currency="gbp")
    (seen,) = provider.gateway.list_payments(NOON)
    assert (seen.payment_id, seen.amount) == (None, 700)


def test_a_provider_customer_has_only_our_id(provider: Provider):
    ours = new_id()
    there = provider.gateway.create_customer(ours, "customer")
    (kept,) = provider.control.objects("customers")
    assert there == kept["id"]
    assert kept["metadata"] == {"customer": str(ours)}
    assert (kept["name"], kept["email"]) == (None, None)


def test_the_hosted_page_saves_a_card_only_if_the_customer_asks_for_it(provider: Provider):
    customer = provider.gateway.create_customer(new_id(), "customer")
    for number, save in enumerate((False, True)):
        page = provider.gateway.create_checkout_session(
            requested(customer=customer), BACK, NOON + timedelta(hours=1), f"page {number}"
        )
        provider.control.pay(page.id, save=save)
        assert len(provider.control.objects("payment_methods")) == number


def test_saving_a_card_begins_with_a_client_secret(provider: Provider):
    customer = provider.gateway.create_customer(new_id(), "customer")
    assert "_secret_" in provider.gateway.create_card_setup(customer, "save")


def test_calls_about_missing_objects_are_declined(provider: Provider):
    with pytest.raises(Declined) as refused:
        provider.gateway.get_payment("pi_nobodys")
    assert refused.value.code == "resource_missing"
