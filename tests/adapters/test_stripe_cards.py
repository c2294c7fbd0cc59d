"""Saved cards, through the real gateway and package, at the stand-in over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.ids import new_id
from app.core.provider import Declined, OutcomeUnknown, PaymentRequest, ProviderCard, ProviderEvent
from tests.drivers.stripe_standin import Provider, make_provider, requested

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DECLINED, ASKS_BANK = "4000000000000002", "4000002760003184"
BACK, HOME = "https://shop.test/orders/K7M2-4", "https://shop.test/account/cards"


@pytest.fixture
def provider() -> Provider:
    provider = make_provider()
    provider.control.set_clock(NOON)
    return provider


@pytest.fixture
def ada(provider: Provider) -> str:
    """Return the id of a customer at the provider."""
    return provider.gateway.create_customer(new_id(), "ada")


def add_card(provider: Provider, customer: str, number: str = "4242424242424242") -> ProviderCard:
    provider.gateway.create_card_setup(customer, f"keep-{new_id()}")
    provider.control.save_card(provider.control.objects("setup_intents")[-1]["id"], number)
    return provider.gateway.list_cards(customer)[0]


def payment_of(customer: str, amount: int = 5000) -> PaymentRequest:
    return PaymentRequest(new_id(), "K7M2-4", amount, "GBP", customer)


def test_a_customer_that_is_requested_twice_is_created_once(provider: Provider):
    ours = new_id()
    first, second = (provider.gateway.create_customer(ours, "one key") for _ in range(2))
    assert first == second
    assert len(provider.control.objects("customers")) == 1


def test_a_card_is_saved_in_the_app_with_a_client_secret(provider: Provider, ada: str):
    assert provider.gateway.list_cards(ada) == []
    card = add_card(provider, ada)
    assert (card.brand, card.last4, card.exp_month, card.exp_year) == ("visa", "4242", 12, 2060)
    assert card.id.startswith("pm_")


def test_a_card_is_saved_on_the_providers_hosted_page(provider: Provider, ada: str):
    page = provider.gateway.create_card_page(ada, HOME, NOON + timedelta(hours=1), "page")
    assert page.is_open
    assert page.url
    assert provider.control.save_card(page.id, DECLINED)
    assert provider.gateway.list_cards(ada) == []
    assert provider.control.save_card(page.id) is None
    assert [card.last4 for card in provider.gateway.list_cards(ada)] == ["4242"]
    assert not provider.gateway.get_checkout_session(page.id).is_open
    assert provider.control.objects("payment_intents") == [], "nothing is charged"


def test_cards_are_listed_newest_first_and_one_number_has_one_fingerprint(
    provider: Provider, ada: str
):
    for minute, number in enumerate(("4242424242424242", ASKS_BANK, "4242424242424242")):
        provider.control.set_clock(NOON + timedelta(minutes=minute))
        add_card(provider, ada, number)
    newest, other, oldest = provider.gateway.list_cards(ada)
    assert [one.last4 for one in (newest, other, oldest)] == ["4242", "3184", "4242"]
    assert newest.number_mark == oldest.number_mark != other.number_mark
    assert newest.id != oldest.id


def test_cards_of_all_result_pages_are_listed(
    provider: Provider, ada: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.adapters.stripe_cards.PAGE_SIZE", 2)
    for _ in range(5):
        add_card(provider, ada)
    assert len(provider.gateway.list_cards(ada)) == 5


def test_a_saved_card_pays_at_once(provider: Provider, ada: str):
    seen = provider.gateway.open_with_card(payment_of(ada), add_card(provider, ada).id, BACK, "pay")
    assert (seen.status, seen.authorised, seen.bank_url) == ("authorised", 5000, None)
    (made,) = provider.control.objects("payment_intents")
    assert (made["customer"], made["capture_method"]) == (ada, "manual")
    assert provider.gateway.capture(seen.id, 5000, "capture").captured == 5000


def test_a_saved_card_is_charged_once_despite_repeated_requests(provider: Provider, ada: str):
    card, ours = add_card(provider, ada).id, payment_of(ada)
    first, second = (provider.gateway.open_with_card(ours, card, BACK, "pay") for _ in range(2))
    assert first == second
    assert len(provider.control.objects("charges")) == 1


@pytest.mark.parametrize("yes", [True, False])
def test_a_payment_that_the_bank_must_approve_has_the_banks_address(
    provider: Provider, ada: str, yes: bool
):
    card = add_card(provider, ada, ASKS_BANK).id
    seen = provider.gateway.open_with_card(payment_of(ada), card, BACK, "pay")
    assert (seen.status, seen.authorised) == ("open", 0)
    assert seen.bank_url
    assert seen.client_secret
    provider.control.authenticate(seen.id, yes)
    after = provider.gateway.get_payment(seen.id)
    assert after.bank_url is None
    assert (after.status, after.authorised) == (("authorised", 5000) if yes else ("open", 0))
    assert bool(after.failure_code) is not yes


def test_a_payment_that_waits_for_the_bank_can_be_voided(provider: Provider, ada: str):
    card = add_card(provider, ada, ASKS_BANK).id
    seen = provider.gateway.open_with_card(payment_of(ada), card, BACK, "pay")
    voided = provider.gateway.void(seen.id, "void")
    assert (voided.status, voided.bank_url) == ("voided", None)


def test_another_customers_card_pays_nothing_and_leaves_no_open_payment(
    provider: Provider, ada: str
):
    bob = provider.gateway.create_customer(new_id(), "bob")
    with pytest.raises(Declined):
        provider.gateway.open_with_card(payment_of(bob), add_card(provider, ada).id, BACK, "pay")
    assert [one["status"] for one in provider.control.objects("payment_intents")] == ["canceled"]


@pytest.mark.parametrize("call", ["payment_intents.create", "payment_intents.confirm"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_response_is_requested_again_and_charged_once(
    provider: Provider, ada: str, call: str, moment: str
):
    card, ours = add_card(provider, ada).id, payment_of(ada)
    provider.control.fault(call, "reset", moment, times=2)
    with pytest.raises(OutcomeUnknown):
        provider.gateway.open_with_card(ours, card, BACK, "pay")
    seen = provider.gateway.open_with_card(ours, card, BACK, "pay")
    assert seen.status == "authorised"
    assert len(provider.control.objects("charges")) == 1


def test_a_detached_card_cannot_pay(provider: Provider, ada: str):
    card = add_card(provider, ada).id
    provider.gateway.detach_card(card)
    assert provider.gateway.list_cards(ada) == []
    provider.gateway.detach_card(card)
    provider.gateway.detach_card("pm_nobodys")
    with pytest.raises(Declined):
        provider.gateway.open_with_card(payment_of(ada), card, BACK, "pay")


def test_a_deleted_customer_has_no_cards_and_is_unknown(provider: Provider, ada: str):
    card = add_card(provider, ada).id
    for _ in range(2):
        provider.gateway.delete_customer(ada)
    assert [one["id"] for one in provider.control.objects("customers")] == []
    assert provider.control.call("payment_methods.retrieve", card)["customer"] is None
    with pytest.raises(Declined) as refused:
        provider.gateway.list_cards(ada)
    assert refused.value.code == "resource_missing"


def test_the_hosted_page_offers_saved_cards_whether_or_not_this_card_may_be_saved(
    provider: Provider, ada: str
):
    until = NOON + timedelta(hours=1)
    provider.gateway.create_checkout_session(payment_of(ada), BACK, until, "without")
    provider.gateway.create_checkout_session(requested(customer=ada), BACK, until, "with")
    provider.gateway.create_checkout_session(requested(), BACK, until, "guest")
    options = [one["saved_payment_method_options"] for one in provider.control.objects("sessions")]
    assert [one and one["payment_method_save"] for one in options] == ["disabled", "enabled", None]


def received_events(provider: Provider) -> list[ProviderEvent]:
    """Return the webhook events that wait."""
    return [
        provider.gateway.parse_webhook(one.body.encode(), one.signature, NOON)
        for one in provider.control.take_webhooks()
    ]


def about_cards(notices: list[ProviderEvent]) -> dict[str, str | None]:
    return {one.kind: one.customer for one in notices if one.customer}


def test_a_webhook_about_cards_names_their_customer(provider: Provider, ada: str):
    received_events(provider)
    card = add_card(provider, ada).id
    assert about_cards(received_events(provider)) == {
        "setup_intent.created": ada, "payment_method.attached": ada, "setup_intent.succeeded": ada,
    }  # fmt: skip
    provider.control.replace_card(card, 2065)
    assert about_cards(received_events(provider)) == {"payment_method.automatically_updated": ada}
    assert provider.gateway.list_cards(ada)[0].exp_year == 2065
    provider.gateway.detach_card(card)
    assert about_cards(received_events(provider)) == {"payment_method.detached": ada}
    provider.gateway.delete_customer(ada)
    assert about_cards(received_events(provider)) == {"customer.deleted": ada}


def test_a_card_page_webhook_is_about_cards_and_not_about_a_payment(provider: Provider, ada: str):
    page = provider.gateway.create_card_page(ada, HOME, NOON + timedelta(hours=1), "page")
    provider.control.save_card(page.id)
    done = [one for one in received_events(provider) if one.kind == "checkout.session.completed"]
    assert [(one.customer, one.provider_id, one.payment_id) for one in done] == [(ada, None, None)]


def test_a_webhook_about_a_customers_payment_is_not_about_cards(provider: Provider, ada: str):
    card = add_card(provider, ada).id
    received_events(provider)
    provider.gateway.open_with_card(payment_of(ada), card, BACK, "pay")
    notices = received_events(provider)
    assert notices
    assert about_cards(notices) == {}
