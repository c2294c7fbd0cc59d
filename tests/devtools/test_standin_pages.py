"""The hosted page, as a browser requests it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import requests

from app.core.ids import new_id
from devtools.stripe_standin.pages import money
from tests.drivers.stripe_standin import Provider, make_provider, requested, running

BACK = "https://shop.test/orders/K7M2-4?x=1&y=2"


@pytest.fixture
def provider() -> Provider:
    return make_provider()


def opened(provider: Provider, customer: str | None = None, key: str = "page") -> str:
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    url = provider.gateway.create_checkout_session(
        requested(123456, customer=customer), BACK, expires_at, key
    ).url
    assert url
    return url


def get(url: str) -> requests.Response:
    return requests.get(url, timeout=10, allow_redirects=False)


def post(url: str, **fields: str) -> requests.Response:
    return requests.post(url, data=fields, timeout=10, allow_redirects=False)


def test_the_page_says_that_no_money_moves_and_shows_the_amount(provider: Provider):
    page = get(opened(provider))
    assert page.status_code == 200
    for words in (
        "Demo payments: no money moves.",
        "Order K7M2-4",
        "£1,234.56",
        "4000 0000 0000 9995",
    ):
        assert words in page.text


def test_only_the_pages_own_style_sheet_may_load(provider: Provider):
    page = get(opened(provider))
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self' https://shop.test;" in policy, "the way back after paying"
    assert not re.search(r"<script|<style|\son\w+=|\sstyle=", page.text)
    for path in re.findall(r'<link [^>]*href="([^"]+)"', page.text):
        assert get(f"{running().url}{path}").status_code == 200


def test_every_field_has_a_label_and_the_page_declares_its_language(provider: Provider):
    customer = provider.gateway.create_customer(new_id(), "customer")
    page = get(opened(provider, customer)).text
    inputs = set(re.findall(r'<input[^>]* id="(\w+)"', page))
    assert inputs == {"number", "save"} == set(re.findall(r'<label for="(\w+)"', page))
    assert '<html lang="en">' in page
    assert "width=device-width" in page


def test_paying_leads_back_to_the_shop(provider: Provider):
    url = opened(provider)
    answer = post(url, number="4242 4242 4242 4242")
    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    assert [one["status"] for one in provider.control.objects("payment_intents")] == [
        "requires_capture"
    ]
    again = post(url, number="4242424242424242")
    assert again.status_code == 410
    assert len(provider.control.objects("charges")) == 1


def test_cancelling_leads_back_and_leaves_the_page_open(provider: Provider):
    url = opened(provider)
    assert f'href="{BACK.replace("&", "&amp;")}"' in get(url).text
    assert get(url).status_code == 200


@pytest.mark.parametrize(
    ("number", "reported"),
    [
        ("4000 0000 0000 0002", "Your card was declined."),
        ("4000000000009995", "insufficient funds"),
        ("5555555555554444", "no test card"),
        ("", "incorrect"),
        ("<b>", "incorrect"),
    ],
)
def test_a_declined_card_is_reported_and_another_can_be_tried(
    provider: Provider, number: str, reported: str
):
    url = opened(provider)
    answer = post(url, number=number)
    assert answer.status_code == 402
    assert 'role="alert"' in answer.text
    assert reported in answer.text
    assert "<b>" not in answer.text
    assert post(url, number="4242424242424242").status_code == 303


def test_an_expired_page_says_so(provider: Provider):
    url = opened(provider)
    provider.gateway.expire_checkout_session(url.rpartition("/")[2], "close")
    page = get(url)
    assert page.status_code == 410
    assert "This page is closed" in page.text
    assert get(f"{running().url}/pay/cs_test_nobodys").status_code == 404


def test_a_saved_card_is_offered_only_to_its_owner(provider: Provider):
    theirs, his = (provider.gateway.create_customer(new_id(), name) for name in ("her", "him"))
    post(opened(provider, theirs, "first"), number="4242424242424242", save="1")
    (saved,) = provider.control.objects("payment_methods")
    assert "Pay with your card ending 4242" in get(opened(provider, theirs, "second")).text
    assert "ending 4242" not in get(opened(provider, his, "his")).text
    assert post(opened(provider, his, "his 2"), saved=saved["id"]).status_code == 402
    assert post(opened(provider, theirs, "third"), saved=saved["id"]).status_code == 303


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (5, "GBP", "£0.05"),
        (123456, "EUR", "€1,234.56"),
        (500, "JPY", "500 JPY"),
        (100, "PLN", "1.00 PLN"),
    ],
)
def test_an_amount_has_its_currency(amount: int, currency: str, shown: str):
    assert money(amount, currency) == shown


def test_a_card_is_saved_on_a_page_that_charges_nothing(provider: Provider):
    customer = provider.gateway.create_customer(new_id(), "customer")
    until = datetime.now(UTC) + timedelta(hours=1)
    url = provider.gateway.create_card_page(customer, BACK, until, "keep").url
    assert url
    page = get(url).text
    assert "Nothing is charged now." in page
    assert "Save this card" in page
    assert "£" not in page
    refused = post(url, number="4000000000000002")
    assert refused.status_code == 402
    assert "Not saved: Save a card" in refused.text
    answer = post(url, number="4242424242424242")
    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    assert [one["customer"] for one in provider.control.objects("payment_methods")] == [customer]
    assert post(url, number="4242424242424242").status_code == 410


@pytest.mark.parametrize(
    ("stated", "status"), [("yes", "requires_capture"), ("no", "requires_payment_method")]
)
def test_a_bank_approves_on_its_own_page_and_returns_the_customer(
    provider: Provider, stated: str, status: str
):
    customer = provider.gateway.create_customer(new_id(), "customer")
    provider.gateway.create_card_setup(customer, "keep")
    provider.control.save_card(
        provider.control.objects("setup_intents")[0]["id"], "4000002760003184"
    )
    (card,) = provider.gateway.list_cards(customer)
    seen = provider.gateway.open_with_card(
        requested(123456, customer=customer), card.id, BACK, "pay"
    )
    assert seen.bank_url
    page = get(seen.bank_url)
    assert "£1,234.56" in page.text
    assert "form-action 'self' https://shop.test;" in page.headers["Content-Security-Policy"]
    answer = post(seen.bank_url, **{stated: "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    assert [one["status"] for one in provider.control.objects("payment_intents")] == [status]
    assert get(seen.bank_url).status_code == 404, "it asks once"
