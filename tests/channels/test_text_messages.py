"""Notifications about an order go by the channel that the shopper prefers, and by text message if there is no
email address."""

from typing import Any

import pytest

from app.adapters.message_text import rendering
from app.core.ports import OutgoingMessage
from app.jobs.notifications import send_notification
from tests.drivers import customers
from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop, checkout_body, new_key
from tests.drivers.shopper import ADA, Shopper

PHONE, OTHER = "+441134960000", "+441134960777"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 1200, lds=50)
    return shop


def reported(shop: Shop) -> list[OutgoingMessage]:
    """Run the queued jobs and return the sent messages, emails and texts."""
    ports = shop.app.extensions["ports"]
    for name, ids in ports.jobs.queued:
        if name == "send_notification":
            send_notification(shop.jobs, **ids)
    ports.jobs.queued.clear()
    return [
        one
        for one in (*ports.channels["email"].sent, *ports.channels["sms"].sent)
        if "order" in one.facts
    ]


def ways(texts: list[OutgoingMessage]) -> list[tuple[str, str]]:
    return [(one.contact_channel, one.to_address) for one in texts]


def known(shop: Shop, channel: str | None, *numbers: str) -> Shopper:
    """Return Ada, signed in, with a preferred channel and verified numbers."""
    ada = Shopper(shop)
    ada.sign_in()
    for number in numbers:
        challenge = ada.account("POST", "/contact-methods", {"phone": number})["challenge"]
        given = {"challenge": challenge, "code": ada.read(challenge)}
        ada.account("POST", "/contact-methods/verify", given)
    ada.account("PATCH", "/preferences", {"channel": channel})
    return ada


def order(shopper: Shopper, **contact: Any) -> str:
    cart = shopper.account("PUT", "/cart", {})["id"]
    shopper.call("PUT", f"carts/{cart}/lines/MUG", {"quantity": 1})
    shopper.call("PUT", f"carts/{cart}/fulfilment", {"type": "pickup", "location": "lds"})
    body = checkout_body(1200)
    body["contact"] |= contact
    key = {"Idempotency-Key": new_key()}
    answer = shopper.call("POST", f"carts/{cart}/checkout", body, **key)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["number"])


@pytest.mark.parametrize(
    ("channel", "numbers", "way"),
    [
        (None, [PHONE], ("email", ADA)),
        ("email", [PHONE], ("email", ADA)),
        ("sms", [PHONE], ("sms", PHONE)),
        ("sms", [], ("email", ADA)),
        ("sms", [PHONE, OTHER], ("sms", PHONE)),
        ("sms", [OTHER], ("sms", OTHER)),
        ("whatsapp", [PHONE], ("email", ADA)),
    ],
    ids=[
        "nothing stated", "mail", "text", "no number of hers is verified", "the order's own number",
        "the order's number is not shown to be hers", "a channel we have not",
    ],
)  # fmt: skip
def test_a_message_goes_by_the_preferred_channel_to_a_verified_address(
    stocked: Shop, channel: str | None, numbers: list[str], way: tuple[str, str]
) -> None:
    order(known(stocked, channel, *numbers))
    assert ways(reported(stocked)) == [way]


def test_an_email_goes_to_the_address_on_the_order(stocked: Shop) -> None:
    order(known(stocked, "email"), email="ada@work.example")
    assert ways(reported(stocked)) == [("email", "ada@work.example")]


def test_a_preference_of_one_record_holds_for_the_merged_customer(stocked: Shop) -> None:
    ada = known(stocked, "sms", PHONE)
    part = stocked.account_session().customer_id
    whole = customers.add(stocked)
    customers.merge(stocked, whole, str(part))
    order(ada)
    assert ways(reported(stocked)) == [("sms", PHONE)]


def test_a_text_message_is_stored_masked_and_appears_in_the_timeline(stocked: Shop) -> None:
    ada = known(stocked, "sms", PHONE)
    order(ada)
    (letter,) = reported(stocked)
    (message,) = stocked.messages()
    assert (message.channel, message.status) == ("sms", "sent")
    assert letter.facts["link"] not in message.body
    customer = stocked.account_session().customer_id
    entry = customers.timeline(stocked, str(customer), "&channel=sms")[0]
    assert (entry["text"], entry["channel_name"]) == ("Message sent: order placed", "text message")


def test_a_guest_with_only_a_phone_number_is_notified_by_text_message(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    answer = stocked.checkout(cart, contact={"name": "Eve", "phone": "0113 496 0000"})
    assert answer.status_code == 201
    assert ways(reported(stocked)) == [("sms", PHONE)]
    ready = Shopper(stocked)
    assert ready.sign_in(phone=PHONE)["claimable_orders"] == 1


@pytest.mark.parametrize("contact", [{"name": "Eve"}, {"name": "Eve", "phone": "12"}])
def test_a_shopper_without_a_usable_address_or_number_cannot_order(
    stocked: Shop, contact: dict[str, Any]
) -> None:
    answer = stocked.checkout(stocked.cart({"MUG": 1}), contact=contact)
    assert refusal(answer) == (422, "invalid")
    assert stocked.order_records() == []


def test_a_first_order_discount_is_limited_by_phone_number_too(stocked: Shop) -> None:
    stocked.promote("percentage", {"rate": 1000}, "TEN", conditions={"first_order": True})
    eve = {"name": "Eve", "email": None, "phone": "0113 496 0000"}
    totals = []
    for _ in range(2):
        cart = stocked.cart({"MUG": 1})
        answer = stocked.checkout(cart, contact=eve)
        totals.append((answer.status_code, answer.get_json().get("total")))
    assert totals == [(201, 1080), (409, None)]
    bob = {"name": "Bob", "phone": OTHER}
    assert stocked.checkout(stocked.cart({"MUG": 1}), contact=bob).status_code == 201


def test_a_waiting_message_goes_by_the_currently_preferred_channel(stocked: Shop) -> None:
    """The job was killed between composing and sending; it continues with the same message."""
    ada = known(stocked, "sms", PHONE)
    order(ada)
    reported(stocked)
    stocked.change("UPDATE messages SET status = 'queued'")
    ada.account("PATCH", "/preferences", {"channel": "email"})
    event = stocked.event("order.placed")
    send_notification(stocked.jobs, str(event.order_id), str(event.id), "placed")
    assert len({letter.id for letter in reported(stocked)}) == 1
    (message,) = stocked.messages()
    assert (message.channel, message.status) == ("email", "sent")


def test_a_text_message_has_the_code_and_the_link_and_is_short(stocked: Shop) -> None:
    placed = stocked.order(
        {"MUG": 1}, contact={"name": "Eve", "email": None, "phone": "0113 496 0000"}
    )
    reported(stocked)
    stocked.make_ready(placed)
    letter = next(one for one in reported(stocked) if one.template == "ready")
    stated = rendering.sms_text(letter)
    assert placed.code in stated
    assert stated.endswith(letter.facts["link"])
    assert len(stated) <= 160, "it would be two messages"
    assert placed.code not in rendering.sms_text(rendering.mask(letter))
