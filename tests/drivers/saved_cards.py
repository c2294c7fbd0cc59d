"""Actions of shoppers and their payment provider with saved cards, for tests."""

from datetime import timedelta
from typing import Any

from app.core.payment_processing.saved_cards.reconcile import reconcile_saved_cards
from app.core.provider import ProviderCard
from tests.drivers.payments import BY_CARD, notify
from tests.drivers.shop import Placed, Shop, new_key
from tests.drivers.shopper import ADA, Shopper

CARDS = "account/cards"


def shopper(shop: Shop, email: str = ADA, app: bool = False) -> Shopper:
    """Return a shopper who is signed in."""
    one = Shopper(shop, app=app)
    one.sign_in(email=email)
    return one


def customer(shop: Shop, email: str = ADA) -> str:
    (found,) = [
        each.customer_id
        for each in shop.identities("email")
        if each.value == email and each.verified_at and not each.ended_at
    ]
    return str(found)


def payer(shop: Shop, email: str = ADA) -> str:
    """Return the shopper's id at the provider."""
    theirs = customer(shop, email)
    (found,) = [
        each.value
        for each in shop.identities("provider_customer")
        if str(each.customer_id) == theirs and not each.ended_at
    ]
    return found


def ask(one: Shopper, flow: str = "page") -> dict[str, Any]:
    answer = one.call("POST", CARDS, {"flow": flow})
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def give(one: Shopper, last4: str = "4242", email: str = ADA, number: str = "") -> ProviderCard:
    """Request a card; the shopper gives it to the provider, which sends a webhook."""
    ask(one)
    there = payer(one.shop, email)
    card = one.shop.provider.give_card(there, last4, number)
    notify(one.shop, there)
    return card


def listed(one: Shopper) -> list[dict[str, Any]]:
    answer = one.call("GET", CARDS)
    assert answer.status_code == 200, answer.get_json()
    return list(answer.get_json()["items"])


def keep(one: Shopper, last4: str = "4242", email: str = ADA) -> str:
    """Save a card; return its id."""
    give(one, last4, email)
    return next(str(card["id"]) for card in listed(one) if card["last4"] == last4)


def order(one: Shopper, wanted: dict[str, int]) -> Placed:
    """Place an order of the shopper, to be paid by card."""
    cart = one.account("PUT", "/cart", {})
    for sku, quantity in wanted.items():
        one.call("PUT", f"carts/{cart['id']}/lines/{sku}", {"quantity": quantity})
    chosen = {"type": "pickup", "location": "lds"}
    total = one.call("PUT", f"carts/{cart['id']}/fulfilment", chosen).get_json()["quote"]["total"]
    contact = {"name": "Ada", "email": ADA, "phone": None}
    body = {"expected_total": total, "contact": contact, "payment": BY_CARD}
    path = f"carts/{cart['id']}/checkout"
    answer = one.call("POST", path, body, Idempotency_Key=new_key())
    assert answer.status_code == 201, answer.get_json()
    made = answer.get_json()
    return Placed(made["number"], made["token"], made["fulfilments"][0]["code"], made)


def detach_removed_cards(shop: Shop, seconds: int = 30) -> int:
    """Run the job, some seconds later; return how many cards the provider detached."""
    shop.clock.advance(timedelta(seconds=seconds))
    return reconcile_saved_cards(shop.runner, shop.engine)


def pay(one: Shopper, placed: Placed, **body: Any) -> Any:
    return one.call("POST", f"orders/{placed.number}/payments", body)


def paid(one: Shopper, placed: Placed, **body: Any) -> dict[str, Any]:
    answer = pay(one, placed, **body)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())
