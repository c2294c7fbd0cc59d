"""The payment provider fails before or after the effect of each call about saved cards: in the end the customer
has one card, has paid once with it, and has none at either side after removing it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.core.provider import OutcomeUnknown
from tests.drivers import customers, saved_cards
from tests.drivers.payments import handle_webhooks, reconcile
from tests.drivers.shop import Placed, Shop, new_key, open_shop
from tests.drivers.shopper import Shopper
from tests.drivers.stripe_standin import QUICK, Provider, make_provider
from tests.scale import sample

FAULTS = [
    *((fault, moment) for fault in ("reset", "timeout", "500", "409", "429") for moment in ("before", "after")),
    ("500_saved", "after"),
]  # fmt: skip
"""A response is saved only after the effect."""
CALLS = (
    "customers.create", "setup_intents.create", "customers.payment_methods", "payment_intents.create",
    "payment_intents.confirm", "payment_methods.detach", "customers.delete",
)  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Provider:
    return make_provider(QUICK)


@pytest.fixture(scope="module")
def shop(
    server: str, provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """Return a shop whose cards are saved through the real gateway."""
    var, ports = tmp_path_factory.mktemp("card faults"), {"provider": provider.gateway}
    with open_shop(server, "card_faults", var, ports, stripe_api_key="sk_test_faults") as shop:
        shop.stock("A", 1000, lds=100_000)
        yield shop


class Story:
    """A new shopper, who retries after each failure."""

    def __init__(self, shop: Shop, provider: Provider) -> None:
        self.shop, self.provider = shop, provider
        self.email = f"{new_key()[:8]}@example.com"
        self.ada: Shopper = saved_cards.shopper(shop, self.email, app=True)
        self.pass_time()

    def pass_time(self) -> None:
        reconcile(self.shop)
        saved_cards.detach_removed_cards(self.shop)
        self.provider.control.set_clock(self.shop.clock.now())

    def keep(self) -> str:
        """Return the id of the saved card in the end."""
        for _ in range(6):
            answer = self.ada.call("POST", saved_cards.CARDS, {"flow": "app"})
            if answer.status_code == 200:
                break
            self.shop.clock.advance(timedelta(minutes=20))
            self.sign_in_again()
        self.provider.control.save_card(answer.get_json()["client_secret"].partition("_secret_")[0])
        for _ in range(6):
            if found := saved_cards.listed(self.ada):
                return str(found[0]["id"])
            self.pass_time()
        raise AssertionError("the card was never saved")

    def sign_in_again(self) -> None:
        """Sign in again, because the shopper's token has expired."""
        self.ada = saved_cards.shopper(self.shop, self.email, app=True)
        self.provider.control.set_clock(self.shop.clock.now())

    def pay(self, card: str) -> Placed:
        placed = saved_cards.order(self.ada, {"A": 1})
        for _ in range(8):
            if self.shop.seen(placed)["status"] == "placed":
                return placed
            saved_cards.pay(self.ada, placed, flow="app", card=card)
            self.pass_time()
        raise AssertionError("the shopper could never pay")

    def remove(self, card: str) -> None:
        assert self.ada.call("DELETE", f"{saved_cards.CARDS}/{card}").status_code == 204
        for _ in range(4):
            self.pass_time()

    def webhooks(self) -> None:
        for signed in self.provider.control.take_webhooks():
            headers = {"Stripe-Signature": signed.signature}
            body = signed.body.encode()
            answer = self.shop.client.post("/webhooks/stripe", data=body, headers=headers)
            assert answer.status_code == 204
        handle_webhooks(self.shop)

    def be_erased(self) -> str:
        """Return the shopper's id at the provider."""
        there = saved_cards.payer(self.shop, self.email)
        customers.erase(self.shop, saved_cards.customer(self.shop, self.email))
        for _ in range(3):
            try:
                self.provider.gateway.delete_customer(there)
            except OutcomeUnknown:
                self.pass_time()
        return there


@pytest.mark.parametrize(("fault", "moment"), sample(FAULTS, 2))
@pytest.mark.parametrize("call", sample(CALLS, 2))
def test_after_any_failure_both_sides_have_the_same_cards(
    shop: Shop, provider: Provider, call: str, fault: str, moment: str
) -> None:
    provider.control.reset()
    story = Story(shop, provider)
    provider.control.fault(call, fault, moment, times=2)
    card = story.keep()
    placed = story.pay(card)
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    story.remove(card)
    story.webhooks()
    assert saved_cards.listed(story.ada) == []
    assert [one["customer"] for one in provider.control.objects("payment_methods")] == [None]
    authorised = [
        one for one in provider.control.objects("charges") if one["status"] == "succeeded"
    ]
    assert len(authorised) == 1, "the shopper paid once"
    there = story.be_erased()
    assert there not in {one["id"] for one in provider.control.objects("customers")}
    assert shop.violations() == {}
