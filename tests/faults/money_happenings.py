"""What can happen to the money of orders: shoppers, staff, banks, the provider and time, each as they come."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from app.core.orders.paying.reconcile import catch_up
from app.core.provider import Declined, NoAnswer
from tests.fake_provider import silent
from tests.paying import expire, gift_card, heed_notices, reconcile, refund, shown
from tests.shop import LEEDS, Placed, Shop, new_key

PRICES = {"A": 333, "B": 1999}
WAITS = (timedelta(minutes=1), timedelta(minutes=35), timedelta(days=2), timedelta(days=8))
CALLS = (
    "open_page", "look_at_page", "close_page", "open_intent", "open_at_reader", "clear_reader", "capture", "void",
    "refund", "look", "find",
)  # fmt: skip

Work = Callable[[], Any]


@dataclass
class Happenings:
    """Each method chooses whom it is about and gives what is to be done, so that two can be done at once."""

    shop: Shop
    chance: Random
    orders: list[Placed]

    def order_of(self, provider_id: str) -> str:
        return self.shop.provider.asked[provider_id].order_number

    def any_of_all(self) -> Work:
        kinds: Mapping[Callable[..., Work], int] = {
            self.ask: 5, self.pay: 8, self.tell: 5, self.come_back: 2, self.pick: 5, self.ready: 6,
            self.hand_over: 6, self.refund: 4, self.cancel: 2, self.bank: 2, self.fault: 3, self.catch_up: 1,
        }  # fmt: skip
        if not self.orders or self.chance.random() < 0.2:
            return self.place()
        if self.chance.random() < 0.15:
            return self.wait()
        (kind,) = self.chance.choices(list(kinds), list(kinds.values()))
        return kind(self.chance.choice(self.orders[-4:]))

    def path(self, placed: Placed, verb: str) -> str:
        return f"/api/v1/orders/{placed.number}/{verb}"

    # Shoppers.

    def place(self) -> Work:
        wish = {sku: self.chance.randint(1, 3) for sku in PRICES if self.chance.random() < 0.7}
        wish = wish or {"A": 1}
        paying: dict[str, Any] = {"method": self.chance.choice(["at_pickup", "card", "card"])}
        if self.chance.random() < 0.4:
            card = gift_card(self.shop, self.chance.choice([100, 500, 10_000]))
            paying["gift_cards"] = [shown(card)]
        return partial(self._placed, wish, paying)

    def _placed(self, wish: dict[str, int], paying: dict[str, Any]) -> Any:
        (cart,) = self.shop.carts([wish])
        answer = self.shop.checkout(cart, payment=paying)
        if answer.status_code == 201:
            body = answer.get_json()
            self.orders.append(Placed(body["number"], body["token"], body["pickup"]["code"], body))
        return answer

    def ask(self, placed: Placed) -> Work:
        body = {"via": self.chance.choice(["page", "page", "app"])}
        return partial(self.shop.call, "POST", self.path(placed, "payments"), placed.token, body)

    def cancel(self, placed: Placed) -> Work:
        return partial(
            self.shop.call, "POST", self.path(placed, "cancel"), placed.token, key=new_key()
        )

    def come_back(self, placed: Placed) -> Work:
        return partial(self.shop.client.get, f"/orders/{placed.number}?token={placed.token}")

    # Staff.

    def pick(self, placed: Placed) -> Work:
        sku = self.chance.choice(list(PRICES))
        if self.chance.random() < 0.5:
            return partial(self.shop.pick, placed, {sku: 1})
        return partial(self.shop.pick, placed, {}, LEEDS, **{sku: 1})

    def ready(self, placed: Placed) -> Work:
        waits = any(one["number"] == placed.number for one in self.shop.tasks(query="?limit=100"))
        return partial(self.shop.make_ready, placed) if waits else self.tell(placed)

    def hand_over(self, placed: Placed) -> Work:
        due = self.shop.staff("GET", f"orders/{placed.number}").get_json().get("due", 0)
        return partial(self.shop.hand_over, placed, max(due, 0))

    def refund(self, placed: Placed) -> Work:
        return partial(refund, self.shop, placed, self.chance.choice([1, 100, 333, 1999]))

    # Banks, the provider, and time.

    def pay(self, placed: Placed) -> Work:
        return partial(self._paid, placed)

    def _paid(self, placed: Placed) -> None:
        asked = self.shop.provider.asked.values()
        if any(one.order_number == placed.number for one in asked):
            try:
                self.shop.provider.pay(placed.number)
            except Declined:
                return

    def tell(self, placed: Placed) -> Work:
        """The provider's webhook about one of the order's payments comes now."""
        theirs = [
            seen.id for seen in self.shop.provider.payments.values()
            if self.order_of(seen.id) == placed.number
        ]  # fmt: skip
        if not theirs:
            return lambda: None
        body = f"{new_key()} payment_intent.changed {self.chance.choice(theirs)}"
        return partial(self._told, body)

    def _told(self, body: str) -> Any:
        answer = self.shop.client.post(
            "/webhooks/stripe", data=body, headers={"Stripe-Signature": "true"}
        )
        with suppress(NoAnswer):  # the job is tried again; here the reconciler comes before it
            heed_notices(self.shop)
        return answer

    def bank(self, placed: Placed) -> Work:
        return partial(self._by_bank, placed.number, self.chance.choice(["dispute", "fail"]))

    def _by_bank(self, number: str, what: str) -> None:
        """A dispute of what is left of a captured payment, the end of one, or a refund that comes back."""
        provider = self.shop.provider
        for seen in list(provider.payments.values()):
            if self.order_of(seen.id) != number or seen.status != "captured":
                continue
            left = seen.captured - sum(one.amount for one in seen.refunds if one.status != "failed")
            if what == "fail":
                provider.fail_refunds(seen.id)
            elif seen.disputes:
                (dispute,) = seen.disputes
                if dispute.status == "open":
                    provider.dispute(seen.id, dispute.amount, self.chance.choice(["won", "lost"]))
            elif left:
                provider.dispute(seen.id, left)

    def fault(self, _: Placed) -> Work:
        where = self.chance.choice([self.shop.provider.before, self.shop.provider.after])
        call, times = self.chance.choice(CALLS), self.chance.choice([1, 1, 2, 4])
        return partial(where.__setitem__, call, silent(times))

    def catch_up(self, _: Placed) -> Work:
        return self.catch_up_now

    def catch_up_now(self) -> None:
        with Session(self.shop.engine) as session:
            catch_up(self.shop.performer, session, self.shop.clock.now() - timedelta(days=30))

    def wait(self) -> Work:
        return partial(self._waited, self.chance.choice(WAITS))

    def _waited(self, time: timedelta) -> None:
        self.shop.clock.advance(time)
        reconcile(self.shop, 0)
        expire(self.shop)
