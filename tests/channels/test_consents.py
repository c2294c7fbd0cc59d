"""Consents are given and withdrawn on every channel; after a withdrawal no message is sent."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.customers import consents
from app.core.customers.models import Contact
from tests.drivers import customers
from tests.drivers.catalogue import done, refused
from tests.drivers.refusals import refusal
from tests.drivers.shop import Placed, Shop
from tests.drivers.shopper import Shopper

OFFERS: dict[str, Any] = {"purpose": "offers", "contact_channel": "email", "text_version": "2054-1"}
GIVEN, WITHDRAWN = OFFERS | {"given": True}, OFFERS | {"given": False}
NEWS = GIVEN | {"purpose": "newsletter"}


@pytest.fixture
def placed(shop: Shop) -> Placed:
    shop.stock("MUG", 800, lds=50)
    return shop.order({"MUG": 1})


def say(shop: Shop, placed: Placed, stated: dict[str, Any]) -> Any:
    return shop.call("PUT", f"/api/v1/orders/{placed.number}/consents", placed.token, stated)


def say_in_cart(shop: Shop, cart: dict[str, Any], stated: dict[str, Any]) -> Any:
    return shop.call("PUT", f"/api/v1/carts/{cart['id']}/consents", cart["token"], stated)


def may_reach(shop: Shop, email: str, purpose: str = "offers") -> list[bool]:
    """Return the answer for each contact with the address, the oldest first."""
    with Session(shop.engine) as session:
        contacts = session.query(Contact).filter(Contact.email == email).order_by(Contact.id)
        ports = shop.app.extensions["ports"]
        return [consents.may_contact(session, ports, one, purpose, "email") for one in contacts]


def test_a_guest_gives_and_withdraws_consent_with_the_link_of_the_order(
    shop: Shop, placed: Placed
) -> None:
    assert may_reach(shop, "ada@example.com") == [False]
    items = say(shop, placed, GIVEN).get_json()["items"]
    assert [(one["purpose"], one["status"], one["source"], one["locale"]) for one in items] == [
        ("offers", "given", "order", "en-GB")
    ]
    assert may_reach(shop, "ada@example.com") == [True]
    say(shop, placed, WITHDRAWN)
    assert may_reach(shop, "ada@example.com") == [False]
    path = f"/api/v1/orders/{placed.number}/consents"
    (item,) = shop.call("GET", path, placed.token).get_json()["items"]
    assert item["status"] == "withdrawn"


def test_each_statement_is_a_permanent_row(shop: Shop, placed: Placed) -> None:
    for stated in (GIVEN, GIVEN, WITHDRAWN, GIVEN | {"text_version": "2054-2"}):
        say(shop, placed, stated)
    rows = [(consent.status, consent.text_version) for consent in shop.consents()]
    assert rows == [("given", "2054-1"), ("withdrawn", "2054-1"), ("given", "2054-2")]
    assert shop.violations() == {}


def test_purposes_and_channels_are_independent(shop: Shop, placed: Placed) -> None:
    say(shop, placed, GIVEN)
    say(shop, placed, GIVEN | {"contact_channel": "sms"})
    say(shop, placed, WITHDRAWN)
    items = shop.call("GET", f"/api/v1/orders/{placed.number}/consents", placed.token).get_json()
    reported = [(one["contact_channel"], one["status"]) for one in items["items"]]
    assert reported == [("email", "withdrawn"), ("sms", "given")]


def test_a_withdrawal_holds_for_all_contacts_with_the_address(shop: Shop, placed: Placed) -> None:
    later = shop.order({"MUG": 1})
    say(shop, placed, GIVEN)
    say(shop, later, GIVEN)
    assert may_reach(shop, "ada@example.com") == [True, True]
    say(shop, later, WITHDRAWN)
    assert may_reach(shop, "ada@example.com") == [False, False]


def test_a_newsletter_subscriber_needs_no_order(shop: Shop) -> None:
    cart = shop.cart({})
    answer = say_in_cart(shop, cart, NEWS | {"email": "eve@example.com"})
    assert [one["source"] for one in answer.get_json()["items"]] == ["cart"]
    assert may_reach(shop, "eve@example.com", "newsletter") == [True]
    say_in_cart(shop, cart, NEWS | {"given": False})
    assert may_reach(shop, "eve@example.com", "newsletter") == [False]


def test_a_cart_states_consent_for_one_address(shop: Shop) -> None:
    cart = shop.cart({})
    assert refusal(say_in_cart(shop, cart, NEWS)) == (422, "invalid")
    say_in_cart(shop, cart, NEWS | {"email": "eve@example.com"})
    other = say_in_cart(shop, cart, NEWS | {"email": "ada@example.com"})
    assert refusal(other) == (422, "invalid")
    assert [contact.email for contact in shop.contacts()] == ["eve@example.com"]


def test_a_merchant_records_consent_but_cannot_lift_a_withdrawal(shop: Shop) -> None:
    ada = customers.add(shop)
    path = f"customers/{ada}/consents"
    (item,) = done(shop, "PUT", path, GIVEN | {"evidence": "form-4711"})["items"]
    assert (item["status"], item["source"]) == ("given", "merchant")
    done(shop, "PUT", path, WITHDRAWN)
    assert refused(shop, "PUT", path, GIVEN) == (409, "recipient_suppressed")
    assert [consent.evidence for consent in shop.consents()] == ["form-4711", ""]


def test_the_customer_can_give_a_withdrawn_consent_again(shop: Shop, placed: Placed) -> None:
    say(shop, placed, WITHDRAWN)
    say(shop, placed, GIVEN)
    assert may_reach(shop, "ada@example.com") == [True]
    assert [each for each in shop.suppressions() if not each.lifted_at] == []


def test_a_stranger_with_the_address_cannot_lift_a_withdrawal(shop: Shop, placed: Placed) -> None:
    """The responses do not reveal either that the address is known."""
    say(shop, placed, WITHDRAWN)
    shop.clock.advance(timedelta(seconds=1))
    stranger = shop.cart({})
    theirs = {"email": "ada@example.com"}
    for stated in (WITHDRAWN | theirs, GIVEN | theirs):
        assert say_in_cart(shop, stranger, stated).status_code == 200
    order = shop.order({"MUG": 1})
    assert say(shop, order, GIVEN).status_code == 200
    assert may_reach(shop, "ada@example.com") == [False, False, False]
    for reason in ("complaint", "undeliverable", "erased"):
        shop.change("UPDATE suppressions SET reason = :reason", reason=reason)
        again = say_in_cart(shop, shop.cart({}), GIVEN | theirs)
        unknown = say_in_cart(shop, shop.cart({}), GIVEN | {"email": "nobody@example.com"})
        assert again.status_code == unknown.status_code == 200
        (one,), (other,) = again.get_json()["items"], unknown.get_json()["items"]
        assert one == other
    assert True not in may_reach(shop, "ada@example.com")


def test_a_customer_with_a_verified_address_can_lift_a_withdrawal_anywhere(
    shop: Shop, placed: Placed
) -> None:
    say(shop, placed, WITHDRAWN)
    shop.clock.advance(timedelta(seconds=1))
    ada = Shopper(shop, app=True)
    ada.sign_in()
    cart = ada.account("PUT", "/cart", {})["id"]
    stated = GIVEN | {"email": "ada@example.com"}
    assert ada.call("PUT", f"carts/{cart}/consents", stated).status_code == 200
    assert may_reach(shop, "ada@example.com")[-1]


@pytest.mark.parametrize("reason", ["complaint", "undeliverable"])
def test_a_complaint_or_undeliverable_address_stays_suppressed(
    shop: Shop, placed: Placed, reason: str
) -> None:
    say(shop, placed, WITHDRAWN)
    shop.change("UPDATE suppressions SET reason = :reason", reason=reason)
    assert refusal(say(shop, placed, GIVEN)) == (409, "recipient_suppressed")


def test_a_suppression_does_not_reveal_the_address(shop: Shop, placed: Placed) -> None:
    say(shop, placed, WITHDRAWN)
    (suppression,) = shop.suppressions()
    assert len(suppression.address_hash) >= 20
    assert "ada" not in suppression.address_hash


def test_consents_cannot_be_rewritten(shop: Shop, placed: Placed) -> None:
    say(shop, placed, GIVEN)
    with pytest.raises(Exception, match="append-only"):
        shop.change("UPDATE consents SET status = 'withdrawn'")


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "everything"}, {"contact_channel": "pigeon"}, {"given": None}, {"text_version": ""},
        {"evidence": "she said so on the phone"}, {"locale": "english"},
    ],
)  # fmt: skip
def test_an_invalid_statement_is_refused(shop: Shop, placed: Placed, wrong: dict[str, Any]) -> None:
    assert refusal(say(shop, placed, GIVEN | wrong)) == (422, "invalid")


def test_a_customer_has_the_consents_of_all_their_orders(shop: Shop, placed: Placed) -> None:
    ada = customers.add(shop)
    customers.assign_order(shop, placed, ada)
    say(shop, placed, GIVEN)
    done(shop, "PUT", f"customers/{ada}/consents", NEWS)
    items = done(shop, "GET", f"customers/{ada}/consents")["items"]
    assert [(one["purpose"], one["source"]) for one in items] == [
        ("newsletter", "merchant"), ("offers", "order"),
    ]  # fmt: skip
    assert customers.kinds(shop, ada, "&kind=consent") == ["consent.given", "consent.given"]
