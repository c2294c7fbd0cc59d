"""The payment provider fails before or after the effect of each call: no payer is charged twice, no outcome
stays unknown, and in the end both sides agree."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.payment_processing.provider_sync.reconcile import differences, reconcile_since
from tests.drivers.payments import BY_CARD, expire, handle_webhooks, reconcile
from tests.drivers.shop import Placed, Shop, new_key, open_shop
from tests.drivers.stripe_standin import QUICK, Provider, make_provider
from tests.scale import sample

FAULTS = ("reset", "timeout", "500", "500_saved", "409", "429", "slow")
CALLS = {
    "checkout.sessions.create": "paid", "checkout.sessions.retrieve": "paid",
    "payment_intents.retrieve": "paid", "payment_intents.capture": "paid", "refunds.create": "paid",
    "checkout.sessions.expire": "left", "payment_intents.cancel": "cancelled",
}  # fmt: skip
"""By call, the story in which it is made."""


@pytest.fixture(scope="module")
def provider() -> Provider:
    return make_provider(QUICK)


@pytest.fixture(scope="module")
def shop(
    server: str, provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """Return a shop whose payments go through the real gateway."""
    var, ports = tmp_path_factory.mktemp("faults"), {"provider": provider.gateway}
    with open_shop(server, "faults", var, ports, stripe_api_key="sk_test_faults") as shop:
        shop.stock("MUG", 1000, lds=100_000)
        yield shop


class Story:
    """One order, with a shopper and staff who retry after every failure."""

    def __init__(self, shop: Shop, provider: Provider) -> None:
        self.shop, self.provider = shop, provider
        self.placed: Placed = shop.order({"MUG": 2}, payment=BY_CARD)
        provider.control.set_clock(shop.clock.now())

    def ask(self) -> str | None:
        """Return the page's id. The payer presses the button until the page comes, and time passes."""
        for _ in range(6):
            answer = self.shop.call(
                "POST", f"/api/v1/orders/{self.placed.number}/payments", self.placed.token, {}
            )
            if answer.status_code == 200:
                return str(answer.get_json()["url"]).rpartition("/")[2]
            self.pass_time()
        return None

    def pass_time(self) -> None:
        reconcile(self.shop)
        self.provider.control.set_clock(self.shop.clock.now())

    def webhooks(self) -> None:
        for signed in self.provider.control.take_webhooks():
            answer = self.shop.client.post(
                "/webhooks/stripe",
                data=signed.body.encode(),
                headers={"Stripe-Signature": signed.signature},
            )
            assert answer.status_code == 204

    def process_webhooks(self) -> None:
        for _ in range(6):
            try:
                handle_webhooks(self.shop)
            except Exception:
                self.pass_time()

    def paid(self) -> None:
        page = self.ask()
        assert page is not None
        self.provider.control.pay(page)
        self.webhooks()
        self.process_webhooks()
        self.pass_time()
        assert self.shop.seen(self.placed)["status"] == "placed"
        self.shop.make_ready(self.placed)
        assert self.shop.hand_over(self.placed, 0).status_code == 200
        self.pass_time()
        self.refund()

    def refund(self) -> None:
        """Refund; it is refused as long as the capture is unknown, and staff retry."""
        body = {"amount": 700, "reason": "broken"}
        for _ in range(6):
            answer = self.shop.staff("POST", f"orders/{self.placed.number}/refunds", body)
            if answer.status_code == 201:
                return
            self.pass_time()

    def cancelled(self) -> None:
        page = self.ask()
        assert page is not None
        self.provider.control.pay(page)
        self.webhooks()
        self.process_webhooks()
        self.pass_time()
        path = f"/api/v1/orders/{self.placed.number}/cancel"
        self.shop.call("POST", path, self.placed.token, key=new_key())

    def left(self) -> None:
        self.ask()
        expire(self.shop, minutes=31)
        self.provider.control.set_clock(self.shop.clock.now())

    def end(self) -> dict[str, object]:
        """Let two minutes pass without faults; return the order after that."""
        self.provider.control.no_faults()
        for _ in range(4):
            self.pass_time()
            expire(self.shop)
        return self.shop.seen(self.placed)


ENDS = {
    "paid": ("collected", 1300), "cancelled": ("cancelled", 0), "left": ("expired", 0),
}  # fmt: skip


@pytest.mark.parametrize(
    ("call", "fault", "moment"),
    sample(
        [
            (call, fault, moment)
            for call in CALLS
            for fault in FAULTS
            for moment in ("before", "after")
            if (fault, moment) != ("500_saved", "before")
            and (fault, call[-8:]) != ("500_saved", "retrieve")
        ],
        8,
    ),
)
def test_both_sides_agree_in_the_end_and_no_payer_is_charged_twice(
    shop: Shop, provider: Provider, call: str, fault: str, moment: str
) -> None:
    story = Story(shop, provider)
    provider.control.fault(call, fault, moment, times=2, seconds=0.05 if fault == "slow" else None)
    getattr(story, CALLS[call])()
    order = story.end()
    assert (order["status"], order["paid"]) == ENDS[CALLS[call]]
    assert both_sides_agree(shop)
    assert shop.unfinished_attempts() == []
    mine = [
        one
        for one in provider.control.objects("payment_intents")
        if one["metadata"]["order"] == story.placed.number and one["status"] == "succeeded"
    ]
    assert len(mine) == (CALLS[call] == "paid")
    assert shop.violations() == {}


def both_sides_agree(shop: Shop) -> bool:
    since = shop.clock.now() - timedelta(hours=6)
    with Session(shop.engine) as session:
        reconcile_since(shop.runner, session, since)
        session.rollback()
        return list(differences(shop.runner, session, since)) == []
