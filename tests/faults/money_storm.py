"""One order's life with any actions of shoppers, staff, merchants, banks and the provider's dashboard, in any
order, while the provider does not respond, fails or declines."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from werkzeug.test import TestResponse

from app.core.provider import (
    Declined,
    DisputeStatus,
    KeyExhausted,
    OutcomeUnknown,
    ProviderDispute,
    ProviderPayment,
    ProviderRefund,
)
from tests.channels.test_admin_money import Office
from tests.concurrency import at_once
from tests.drivers.payments import BY_CARD, expire, gift_card, notify, reconcile, refund, shown
from tests.drivers.shop import LEEDS, Shop, new_key
from tests.fakes.provider import AT

OPENINGS: Sequence[Sequence[str]] = (
    (), ("ask", "pay", "notice", "ready"), ("ask", "pay", "notice", "ready", "hand_over"),
    ("ready", "reader", "pay", "notice"),
    ("ask", "pay", "notice", "fault", "ready", "hand_over", "fault", "refund"),
)  # fmt: skip
OUTSIDE = ("dispute", "console", "fail_refunds")
"""Actions of banks and in the provider's dashboard."""
ENDED: tuple[DisputeStatus, ...] = ("won", "lost")
GOING: tuple[DisputeStatus, ...] = ("under_review", *ENDED)


class Life:
    """`reported` lists the actions, in order; `steps` are the methods that can be drawn."""

    def __init__(self, shop: Shop, office: Office, seed: int) -> None:
        self.shop, self.office, self.chance = shop, office, random.Random(seed)
        self.reported: list[str] = []
        shop.provider.before.clear()
        shop.provider.after.clear()
        days = self.chance.choice([1, 60])
        shop.provider.capture_before = shop.clock.now() + timedelta(days=days)
        cards = [shown(gift_card(shop, amount)) for amount in (700, 5000)]
        tenders = self.chance.choice([BY_CARD, BY_CARD, {"method": "at_pickup"}])
        given = self.chance.choice([[], [], cards[:1], cards])
        self.placed = shop.order({"A": 2, "B": 1}, payment=tenders | {"gift_cards": given})
        self.steps: dict[str, Callable[[], object]] = {
            "ask": self.ask, "reader": self.reader, "pay": self.pay, "notice": self.notice,
            "ready": self.ready, "hand_over": self.hand_over, "cancel": self.cancel,
            "expire": self.expire, "reinstate": self.reinstate, "refund": self.refund,
            "office": self.in_the_office, "pay_out": self.refund_manually, "settle": self.resolve,
            "dispute": self.dispute, "console": self.console, "fail_refunds": self.fail_refunds,
            "fault": self.fault, "reconcile": self.reconcile,
        }  # fmt: skip

    def run(self, steps: int, hands: int = 1) -> None:
        """Do so many steps, each with so many simultaneous callers."""
        for name in self.chance.choice(OPENINGS):
            self.step(name)
        for _ in range(steps):
            names = self.chance.choices(list(self.steps), k=hands)
            for outcome in at_once(*[partial(self.step, name) for name in names]):
                if isinstance(outcome, Exception):
                    raise outcome

    def step(self, name: str) -> None:
        self.reported.append(name)
        if name in OUTSIDE:
            with self.shop.provider.turn:  # so that it has one truth
                self.steps[name]()
        else:
            self.steps[name]()

    def rest(self) -> None:
        """Let the provider work again, and let time pass."""
        self.shop.provider.before.clear()
        self.shop.provider.after.clear()
        for _ in range(2):
            self.notice()
            for _ in range(3):
                self.reconcile(60)
            expire(self.shop, minutes=31)

    # Actions of people.

    def ask(self) -> None:
        flow = {"flow": self.chance.choice(["page", "app"])}
        path = f"/api/v1/orders/{self.placed.number}/payments"
        self._fine(self.shop.call("POST", path, self.placed.token, flow))

    def reader(self) -> None:
        path = f"/api/pos/v1/orders/{self.placed.number}/payments"
        body = {"reader": self.chance.choice(["tmr_1", "tmr_2"])}
        self._fine(self.shop.call("POST", path, self.shop.tokens[LEEDS], body))

    def pay(self) -> None:
        try:
            self.shop.provider.pay(self.placed.number)
        except (Declined, IndexError):  # no reader asks
            return

    def ready(self) -> None:
        path = f"fulfilments/{self.shop.fulfilment(self.placed)}"
        taken, short = [{"sku": "A", "quantity": 2}], []
        if self.chance.random() < 0.3:
            short = [{"sku": "B", "quantity": 1, "reason": "gone"}]
        else:
            taken.append({"sku": "B", "quantity": 1})
        self._staff(f"{path}/picks", {"lines": taken, "short": short})
        self._staff(f"{path}/ready", None)

    def hand_over(self) -> None:
        """Pay the amount that the till shows."""
        order = self.shop.staff("GET", f"orders/{self.placed.number}").get_json()
        self._fine(self.shop.hand_over(self.placed, order["amount_outstanding"]))

    def cancel(self) -> None:
        path = f"/api/v1/orders/{self.placed.number}/cancel"
        self._fine(self.shop.call("POST", path, self.placed.token, key=new_key()))

    def expire(self) -> None:
        expire(self.shop, minutes=self.chance.choice([1, 31, 12 * 24 * 60]))

    def reinstate(self) -> None:
        self._staff(f"fulfilments/{self.shop.fulfilment(self.placed)}/reinstate", {})

    def refund(self) -> None:
        self._fine(refund(self.shop, self.placed, self.chance.choice([1, 100, 700, 1500, 2777])))

    def refund_manually(self) -> None:
        if self.chance.random() < 0.5:
            self._staff(f"orders/{self.placed.number}/manual-refunds", {})
        else:
            self._office("pay-outs", {"refund_method": "bank"})

    def resolve(self) -> None:
        self._office("settle", {"reason": "looked at", "write_off": self.chance.random() < 0.5})

    def in_the_office(self) -> None:
        amount = {"amount": self.chance.choice([50, 999, 2000]), "reason": "good will"}
        what = self.chance.choice(["refunds", "captures", "payment-requests"])
        self._office(what, amount if what == "refunds" else None)

    # Actions of the provider, its dashboard and banks.

    def mine(self) -> list[ProviderPayment]:
        requested = {
            one.payment_id
            for one in self.shop.provider.requested.values()
            if one.order_number == self.placed.number
        }
        return [one for one in self.shop.provider.payments.values() if one.payment_id in requested]

    def notice(self) -> None:
        for one in self.mine():
            try:
                notify(self.shop, one.id)
            except OutcomeUnknown:  # the job runs again
                continue

    def dispute(self) -> None:
        for one in self.mine():
            known = list(one.disputes)
            if one.captured and known and known[-1].status not in ENDED:
                how = self.chance.choice(GOING)
                known[-1] = replace(known[-1], status=how)
            elif one.captured:
                amount = self.chance.choice([100, one.captured, one.captured + 10])
                takes = self.chance.random() < 0.8
                name = f"dp_{one.id}_{len(known)}"
                known.append(ProviderDispute(name, amount, "fraudulent", "open", AT, AT, takes))
            self._now(one, disputes=tuple(known))

    def console(self) -> None:
        for one in self.mine():
            left = one.captured - sum(r.amount for r in one.refunds if r.status != "failed")
            if left > 0:
                by_hand = ProviderRefund(new_key(), None, self.chance.randint(1, left), "succeeded")
                self._now(one, refunds=(*one.refunds, by_hand))
            elif one.status == "authorised":
                taken: dict[str, Any] = {"status": "captured", "captured": one.authorised}
                self._now(one, **self.chance.choice([taken, {"status": "voided"}]))

    def fail_refunds(self) -> None:
        for one in self.mine():
            self.shop.provider.fail_refunds(one.id)

    def fault(self) -> None:
        call = self.chance.choice(
            [
                "create_checkout_session",
                "expire_checkout_session",
                "get_payment",
                "capture",
                "void",
                "refund",
            ]
        )
        whens = [self.shop.provider.before, self.shop.provider.after]
        error: Exception = self.chance.choice([OutcomeUnknown("time-out"), KeyExhausted("500")])
        if call in ("capture", "refund") and self.chance.random() < 0.3:
            whens, error = whens[:1], Declined("card_declined", "No.")
        self.chance.choice(whens)[call] = [error] * self.chance.choice([1, 1, 3])

    def reconcile(self, seconds: int = 30) -> None:
        reconcile(self.shop, seconds)

    def _now(self, one: ProviderPayment, **facts: Any) -> None:
        self.shop.provider.payments[one.id] = replace(one, **facts)

    def _staff(self, path: str, body: Any) -> None:
        self._fine(self.shop.staff("POST", path, body))

    def _office(self, path: str, body: Any) -> None:
        self._fine(self.office("POST", f"orders/{self.placed.number}/{path}", body))

    def _fine(self, answer: TestResponse) -> None:
        """Accept a success or a refusal, but no failure."""
        assert answer.status_code < 500, (self.reported, answer.get_json())
