"""Cards that are kept, through the real gateway and package, at the stand-in over HTTP."""

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


def keep(provider: Provider, customer: str, number: str = "4242424242424242") -> ProviderCard:
    provider.gateway.create_card_setup(customer, f"keep-{new_id()}")
    provider.control.save_card(provider.control.objects("setup_intents")[-1]["id"], number)
    return provider.gateway.list_cards(customer)[0]


def theirs(customer: str, amount: int = 5000) -> PaymentRequest:
    return PaymentRequest(new_id(), "K7M2-4", amount, "GBP", customer)


def test_a_customer_that_is_asked_for_twice_is_made_once(provider: Provider):
    ours = new_id()
    first, second = (provider.gateway.create_customer(ours, "one key") for _ in range(2))
    assert first == second
    assert len(provider.control.objects("customers")) == 1


def test_a_card_is_kept_in_the_app_with_a_client_secret(provider: Provider, ada: str):
    assert provider.gateway.list_cards(ada) == []
    card = keep(provider, ada)
    assert (card.brand, card.last4, card.exp_month, card.exp_year) == ("visa", "4242", 12, 2060)
    assert card.id.startswith("pm_")


def test_a_card_is_kept_on_the_providers_own_page(provider: Provider, ada: str):
    page = provider.gateway.create_card_page(ada, HOME, NOON + timedelta(hours=1), "page")
    assert page.is_open
    assert page.url
    assert provider.control.save_card(page.id, DECLINED)
    assert provider.gateway.list_cards(ada) == []
    assert provider.control.save_card(page.id) is None
    assert [card.last4 for card in provider.gateway.list_cards(ada)] == ["4242"]
    assert not provider.gateway.get_checkout_session(page.id).is_open
    assert provider.control.objects("payment_intents") == [], "nothing is charged"


def test_cards_come_the_newest_first_and_one_number_has_one_mark(provider: Provider, ada: str):
    for minute, number in enumerate(("4242424242424242", ASKS_BANK, "4242424242424242")):
        provider.control.set_clock(NOON + timedelta(minutes=minute))
        keep(provider, ada, number)
    newest, other, oldest = provider.gateway.list_cards(ada)
    assert [one.last4 for one in (newest, other, oldest)] == ["4242", "3184", "4242"]
    assert newest.number_mark == oldest.number_mark != other.number_mark
    assert newest.id != oldest.id


def test_all_cards_come_however_many_pages_they_fill(
    provider: Provider, ada: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.adapters.stripe_cards.PAGE_SIZE", 2)
    for _ in range(5):
        keep(provider, ada)
    assert len(provider.gateway.list_cards(ada)) == 5


def test_a_kept_card_pays_at_once(provider: Provider, ada: str):
    seen = provider.gateway.open_with_card(theirs(ada), keep(provider, ada).id, BACK, "pay")
    assert (seen.status, seen.authorised, seen.bank_url) == ("authorised", 5000, None)
    (made,) = provider.control.objects("payment_intents")
    assert (made["customer"], made["capture_method"]) == (ada, "manual")
    assert provider.gateway.capture(seen.id, 5000, "capture").captured == 5000


def test_a_kept_card_is_charged_once_however_often_it_is_asked(provider: Provider, ada: str):
    card, ours = keep(provider, ada).id, theirs(ada)
    first, second = (provider.gateway.open_with_card(ours, card, BACK, "pay") for _ in range(2))
    assert first == second
    assert len(provider.control.objects("charges")) == 1


@pytest.mark.parametrize("yes", [True, False])
def test_where_her_bank_asks_she_has_its_address(provider: Provider, ada: str, yes: bool):
    card = keep(provider, ada, ASKS_BANK).id
    seen = provider.gateway.open_with_card(theirs(ada), card, BACK, "pay")
    assert (seen.status, seen.authorised) == ("open", 0)
    assert seen.bank_url
    assert seen.client_secret
    provider.control.authenticate(seen.id, yes)
    after = provider.gateway.get_payment(seen.id)
    assert after.bank_url is None
    assert (after.status, after.authorised) == (("authorised", 5000) if yes else ("open", 0))
    assert bool(after.failure_code) is not yes


def test_what_waits_for_her_bank_can_be_given_up(provider: Provider, ada: str):
    card = keep(provider, ada, ASKS_BANK).id
    seen = provider.gateway.open_with_card(theirs(ada), card, BACK, "pay")
    voided = provider.gateway.void(seen.id, "void")
    assert (voided.status, voided.bank_url) == ("voided", None)


def test_the_card_of_another_pays_nothing_and_nothing_is_left_to_pay(provider: Provider, ada: str):
    bob = provider.gateway.create_customer(new_id(), "bob")
    with pytest.raises(Declined):
        provider.gateway.open_with_card(theirs(bob), keep(provider, ada).id, BACK, "pay")
    assert [one["status"] for one in provider.control.objects("payment_intents")] == ["canceled"]


@pytest.mark.parametrize("call", ["payment_intents.create", "payment_intents.confirm"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_answer_that_never_came_is_repeated_and_charged_once(
    provider: Provider, ada: str, call: str, moment: str
):
    card, ours = keep(provider, ada).id, theirs(ada)
    provider.control.fault(call, "reset", moment, times=2)
    with pytest.raises(OutcomeUnknown):
        provider.gateway.open_with_card(ours, card, BACK, "pay")
    seen = provider.gateway.open_with_card(ours, card, BACK, "pay")
    assert seen.status == "authorised"
    assert len(provider.control.objects("charges")) == 1


def test_a_card_that_was_let_go_pays_nothing_any_more(provider: Provider, ada: str):
    card = keep(provider, ada).id
    provider.gateway.detach_card(card)
    assert provider.gateway.list_cards(ada) == []
    provider.gateway.detach_card(card)
    provider.gateway.detach_card("pm_nobodys")
    with pytest.raises(Declined):
        provider.gateway.open_with_card(theirs(ada), card, BACK, "pay")


def test_who_is_forgotten_keeps_no_card_and_is_not_known(provider: Provider, ada: str):
    card = keep(provider, ada).id
    for _ in range(2):
        provider.gateway.delete_customer(ada)
    assert [one["id"] for one in provider.control.objects("customers")] == []
    assert provider.control.call("payment_methods.retrieve", card)["customer"] is None
    with pytest.raises(Declined) as refused:
        provider.gateway.list_cards(ada)
    assert refused.value.code == "resource_missing"


def test_the_page_offers_her_cards_whether_or_not_she_may_keep_this_one(
    provider: Provider, ada: str
):
    until = NOON + timedelta(hours=1)
    provider.gateway.create_checkout_session(theirs(ada), BACK, until, "without")
    provider.gateway.create_checkout_session(requested(customer=ada), BACK, until, "with")
    provider.gateway.create_checkout_session(requested(), BACK, until, "guest")
    options = [one["saved_payment_method_options"] for one in provider.control.objects("sessions")]
    assert [one and one["payment_method_save"] for one in options] == ["disabled", "enabled", None]


def heard(provider: Provider) -> list[ProviderEvent]:
    """The notices that wait."""
    return [
        provider.gateway.parse_webhook(one.body.encode(), one.signature, NOON)
        for one in provider.control.take_webhooks()
    ]


def about_cards(notices: list[ProviderEvent]) -> dict[str, str | None]:
    return {one.kind: one.customer for one in notices if one.customer}


def test_a_notice_about_cards_names_whose_they_are(provider: Provider, ada: str):
    heard(provider)
    card = keep(provider, ada).id
    assert about_cards(heard(provider)) == {
        "setup_intent.created": ada, "payment_method.attached": ada, "setup_intent.succeeded": ada,
    }  # fmt: skip
    provider.control.replace_card(card, 2065)
    assert about_cards(heard(provider)) == {"payment_method.automatically_updated": ada}
    assert provider.gateway.list_cards(ada)[0].exp_year == 2065
    provider.gateway.detach_card(card)
    assert about_cards(heard(provider)) == {"payment_method.detached": ada}
    provider.gateway.delete_customer(ada)
    assert about_cards(heard(provider)) == {"customer.deleted": ada}


def test_a_page_that_kept_a_card_is_a_notice_about_cards_and_no_payment(
    provider: Provider, ada: str
):
    page = provider.gateway.create_card_page(ada, HOME, NOON + timedelta(hours=1), "page")
    provider.control.save_card(page.id)
    done = [one for one in heard(provider) if one.kind == "checkout.session.completed"]
    assert [(one.customer, one.provider_id, one.payment_id) for one in done] == [(ada, None, None)]


def test_a_notice_about_a_payment_of_hers_is_about_no_cards(provider: Provider, ada: str):
    card = keep(provider, ada).id
    heard(provider)
    provider.gateway.open_with_card(theirs(ada), card, BACK, "pay")
    notices = heard(provider)
    assert notices
    assert about_cards(notices) == {}
