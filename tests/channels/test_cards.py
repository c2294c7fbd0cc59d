"""A shopper saves cards at the payment provider, lists them, pays with one, and removes one."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.payment_processing.saved_cards import queries
from tests.drivers.payments import notify, reconcile
from tests.drivers.saved_cards import (
    CARDS,
    ask,
    detach_removed_cards,
    give,
    keep,
    listed,
    order,
    paid,
    pay,
    payer,
    shopper,
)
from tests.drivers.shop import Shop
from tests.drivers.shopper import BOB, Shopper
from tests.fakes.provider import silent


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shop.stock("A", 1250, lds=9)
    return shopper(shop, app=True)


def test_a_card_is_added_on_the_providers_page_or_in_the_app(shop: Shop, ada: Shopper) -> None:
    page, app = ask(ada), ask(ada, "app")
    assert (page["url"].split("/")[2], page["client_secret"]) == ("pay.test", None)
    assert (app["url"], app["client_secret"].startswith("seti_")) == (None, True)
    assert shop.provider.calls.count("create_customer") == 1


def test_cards_are_listed_with_brand_last_digits_and_expiry(ada: Shopper) -> None:
    give(ada)
    (card,) = listed(ada)
    assert UUID(card.pop("id")).version == 7
    assert card == {
        "brand": "visa", "last4": "4242", "expiry": "2060-04", "expired": False, "default": True,
    }  # fmt: skip


def test_a_new_card_is_listed_before_its_webhook_arrives(shop: Shop, ada: Shopper) -> None:
    ask(ada, "app")
    shop.provider.give_card(payer(shop))
    assert [card["last4"] for card in listed(ada)] == ["4242"]
    calls = len(shop.provider.calls)
    listed(ada)
    assert len(shop.provider.calls) == calls, "no further card is expected"


def test_the_stored_cards_are_listed_if_the_provider_does_not_respond(
    shop: Shop, ada: Shopper
) -> None:
    keep(ada)
    ask(ada)
    shop.provider.before["list_cards"] = silent()
    assert [card["last4"] for card in listed(ada)] == ["4242"]


def test_the_default_card_is_the_last_one_used(shop: Shop, ada: Shopper) -> None:
    first = keep(ada)
    shop.clock.advance(timedelta(minutes=1))
    keep(ada, "5556")
    usual = [card["last4"] for card in listed(ada) if card["default"]]
    assert usual == ["5556"]
    shop.clock.advance(timedelta(minutes=1))
    paid(ada, order(ada, {"A": 1}), flow="app", card=first)
    assert [card["last4"] for card in listed(ada) if card["default"]] == ["4242"]


def test_an_expired_card_is_marked_and_is_not_the_default(shop: Shop, ada: Shopper) -> None:
    keep(ada)
    shop.change("UPDATE saved_cards SET exp_month = 2, exp_year = 2026")
    (card,) = listed(ada)
    assert (card["expired"], card["default"]) == (True, False)


def test_a_removed_card_is_detached_at_the_provider_too(shop: Shop, ada: Shopper) -> None:
    card = keep(ada)
    assert ada.call("DELETE", f"{CARDS}/{card}").status_code == 204
    assert listed(ada) == []
    assert shop.provider.kept[payer(shop)] == []
    assert ada.call("DELETE", f"{CARDS}/{card}").status_code == 404
    (row,) = shop.saved_cards()
    assert (row.brand, row.last4, row.exp_month) == ("", "", None)
    assert row.detached_at is not None
    assert shop.violations() == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_detaching_a_card_is_retried_if_the_provider_does_not_respond(
    shop: Shop, ada: Shopper, when: str
) -> None:
    card = keep(ada)
    getattr(shop.provider, when)["detach_card"] = silent()
    assert ada.call("DELETE", f"{CARDS}/{card}").status_code == 204
    shop.clock.advance(timedelta(seconds=1))
    notify(shop, payer(shop))
    assert listed(ada) == [], "a look meanwhile does not bring it back"
    detach_removed_cards(shop)
    assert shop.provider.kept[payer(shop)] == []
    assert [row.detached_at is None for row in shop.saved_cards()] == [False]
    assert detach_removed_cards(shop) == 0


def test_another_customers_card_cannot_be_seen_removed_or_charged(shop: Shop, ada: Shopper) -> None:
    card = keep(ada)
    bob = shopper(shop, BOB, app=True)
    placed = order(bob, {"A": 1})
    assert listed(bob) == []
    assert bob.call("DELETE", f"{CARDS}/{card}").status_code == 404
    assert pay(bob, placed, flow="app", card=card).status_code == 404
    assert [one["id"] for one in listed(ada)] == [card]
    assert "open_with_card" not in shop.provider.calls


def test_without_the_owner_in_the_query_another_customer_could_pay_with_it(
    shop: Shop, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = keep(ada)
    bob = shopper(shop, BOB, app=True)
    anybodys = text(str(queries._PROVIDER_CUSTOMER).partition("AND c.customer_id IN")[0])
    monkeypatch.setattr(queries, "_PROVIDER_CUSTOMER", anybodys)
    assert paid(bob, order(bob, {"A": 1}), flow="app", card=card)["status"] == "authorised"


def test_the_token_of_an_order_alone_cannot_use_or_save_cards(shop: Shop, ada: Shopper) -> None:
    card = keep(ada)
    placed = order(ada, {"A": 1})
    for body in ({"card": card}, {"save_card": True}):
        answer = shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, body)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert paid(ada, placed, flow="app", card=card)["status"] == "authorised"


def test_a_saved_card_pays_at_once_and_is_charged_at_collection(shop: Shop, ada: Shopper) -> None:
    card = keep(ada)
    placed = order(ada, {"A": 1})
    answer = paid(ada, placed, flow="app", card=card)
    assert (answer["status"], answer["url"], answer["client_secret"]) == ("authorised", None, None)
    assert shop.seen(placed)["status"] == "placed"
    shop.make_ready(placed)
    assert shop.hand_over(placed, 0).get_json()["capture_pending"] == 1250
    assert shop.seen(placed)["paid"] == 1250
    assert shop.violations() == {}


@pytest.mark.parametrize("flow", ["page", "app"])
def test_a_customer_is_sent_to_their_bank_when_it_asks(shop: Shop, ada: Shopper, flow: str) -> None:
    given = give(ada)
    shop.provider.asking.add(given.id)
    placed = order(ada, {"A": 1})
    card = listed(ada)[0]["id"]
    answer = paid(ada, placed, flow=flow, card=card)
    assert (answer["status"], answer["url"]) == ("open", "https://bank.test/pi_0")
    assert answer["client_secret"] == "pi_0_secret"
    assert paid(ada, placed, flow=flow, card=card)["id"] == answer["id"], "no payer pays twice"
    for _ in range(5):
        reconcile(shop, seconds=60)  # the shopper takes time to find the phone
    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    assert shop.seen(placed)["status"] == "placed"
    assert shop.violations() == {}


def test_a_declined_card_is_reported_once_and_another_tender_is_possible(
    shop: Shop, ada: Shopper
) -> None:
    given = give(ada)
    shop.provider.refusing.add(given.id)
    placed = order(ada, {"A": 1})
    card = listed(ada)[0]["id"]
    answer = pay(ada, placed, flow="app", card=card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "payment_declined")
    assert shop.provider.calls.count("open_with_card") == 1
    assert paid(ada, placed)["url"]
    assert shop.violations() == {}


def test_a_refused_bank_approval_leaves_no_open_payment(shop: Shop, ada: Shopper) -> None:
    given = give(ada)
    shop.provider.asking.add(given.id)
    placed = order(ada, {"A": 1})
    card = listed(ada)[0]["id"]
    paid(ada, placed, card=card)
    shop.provider.answer_bank(placed.number, False)
    answer = pay(ada, placed, card=card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "payment_declined")
    assert shop.provider.payments["pi_0"].status == "voided"
    assert paid(ada, placed)["url"].startswith("https://pay.test/")
    assert shop.violations() == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_saved_card_is_charged_once_after_a_lost_response(
    shop: Shop, ada: Shopper, when: str
) -> None:
    card = keep(ada)
    placed = order(ada, {"A": 1})
    getattr(shop.provider, when)["open_with_card"] = silent()
    answer = pay(ada, placed, flow="app", card=card)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "provider_unavailable")
    reconcile(shop)
    assert shop.seen(placed)["status"] == "placed"
    assert len(shop.provider.payments) == 1
    assert shop.violations() == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_saved_card_payment_without_a_response_is_synced_from_the_provider(
    shop: Shop, ada: Shopper, when: str
) -> None:
    card = keep(ada)
    placed = order(ada, {"A": 1})
    getattr(shop.provider, when)["open_with_card"] = silent(2)
    pay(ada, placed, flow="app", card=card)
    reconcile(shop)
    reconcile(shop)
    expected = "placed" if when == "after" else "unpaid"
    assert shop.seen(placed)["status"] == expected
    if expected == "unpaid":
        assert paid(ada, placed, flow="app", card=card)["status"] == "authorised"
    assert len(shop.provider.payments) == 1
    assert shop.violations() == {}


def test_an_order_token_does_not_open_a_page_with_saved_cards(shop: Shop, ada: Shopper) -> None:
    keep(ada)
    placed = order(ada, {"A": 1})
    theirs = paid(ada, placed)["url"]
    assert shop.provider.requested["cs_0"].customer == payer(shop)
    path = f"/api/v1/orders/{placed.number}/payments"
    guests = shop.call("POST", path, placed.token, {}).get_json()["url"]
    assert guests != theirs
    assert shop.provider.requested["cs_1"].customer is None
    assert not shop.provider.pages["cs_0"].is_open


def test_a_card_is_saved_while_paying_only_on_request(shop: Shop, ada: Shopper) -> None:
    placed = order(ada, {"A": 1})
    paid(ada, placed, flow="app")
    assert shop.provider.requested["pi_0"].customer is None
    assert "create_customer" not in shop.provider.calls
    paid(ada, placed, flow="app", save_card=True)
    requested = shop.provider.requested["pi_1"]
    assert (requested.customer, requested.save_card) == (payer(shop), True)
    shop.provider.give_card(payer(shop))
    assert len(listed(ada)) == 1


def test_a_card_cannot_be_used_and_saved_in_one_request(ada: Shopper) -> None:
    card = keep(ada)
    assert pay(ada, order(ada, {"A": 1}), card=card, save_card=True).status_code == 422


def test_attempts_to_add_cards_are_limited(ada: Shopper) -> None:
    answers = [ada.call("POST", CARDS, {}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_a_customer_is_created_once_if_the_provider_does_not_respond(
    shop: Shop, ada: Shopper
) -> None:
    shop.provider.after["create_customer"] = silent()
    answer = ada.call("POST", CARDS, {})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "provider_unavailable")
    ask(ada)
    assert len(shop.provider.kept) == 1


def test_the_return_page_shows_the_new_card(shop: Shop) -> None:
    web = shopper(shop)
    ask(web)
    shop.provider.give_card(payer(shop))
    page = web.client.get("/account/cards")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "Visa ending 4242" in page.text
    assert "04/2060" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_return_page_asks_another_browser_to_sign_in(shop: Shop) -> None:
    page = shop.client.get("/account/cards")
    assert (page.status_code, page.mimetype) == (401, "text/html")
    assert "Please sign in" in page.text


def test_an_event_about_an_unknown_customer_changes_nothing(shop: Shop, ada: Shopper) -> None:
    card = keep(ada)
    notify(shop, "cus_nobodys")
    assert [one["id"] for one in listed(ada)] == [card]
