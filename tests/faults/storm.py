"""Shoppers and staff in a storm: each repeats its request, with the same key, until it gets a response."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.drivers.shop import checkout_body, new_key
from tests.faults.service import Answer, Service

PATIENCE = 60.0
"""Seconds after which a client gives up; none ever should."""


class SentRequest(NamedTuple):
    """A client's request, and its final response."""

    path: str
    token: str
    body: Any
    key: str
    answer: Answer
    tries: int


Journey = dict[str, SentRequest]
"""One order's life, by its verbs: checkout, pick, ready, hand-over."""


@dataclass
class Storm:
    service: Service
    device: str
    """The token of the store's device."""
    carts: list[dict[str, Any]]
    seed: int = 1
    journeys: list[Journey] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    """Of all responses, the last and those before; 0 if none came."""
    begun: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def raging(self, clients: int) -> Iterator[None]:
        """Run journeys for the duration; each client then ends its current one."""
        with ThreadPoolExecutor(clients) as pool:
            running = [
                pool.submit(self._go_on, random.Random(self.seed + n)) for n in range(clients)
            ]
            try:
                yield
            finally:
                self.over.set()
            for client in running:
                client.result()

    def wait_for(self, verb: str, more: int) -> None:
        """Wait until `more` further requests of that kind have begun."""
        with self.changed:
            goal = self.begun[verb] + more
            if not self.changed.wait_for(lambda: self.begun[verb] >= goal, PATIENCE):
                raise TimeoutError(f"No {verb} began for {PATIENCE} s.")

    def journey(self) -> Journey:
        """Run one order from checkout to hand-over; every third line of it is one short."""
        cart = self.carts.pop()
        journey: Journey = {}
        self.journeys.append(journey)
        checkout = f"/api/v1/carts/{cart['id']}/checkout"
        placed = self._insist(
            journey, "checkout", checkout, cart["token"], checkout_body(cart["quote"]["total"])
        )
        if placed.status != 201:
            return journey
        number, code = placed.body["number"], placed.body["fulfilments"][0]["code"]
        order = self._request(f"/api/pos/v1/orders/{number}")
        staff = f"/api/pos/v1/fulfilments/{order['fulfilments'][0]['id']}"
        self._insist(journey, "pick", f"{staff}/picks", self.device, picks(order))
        ready = self._insist(journey, "ready", f"{staff}/ready", self.device, None)
        if ready.status == 200:
            cash = {
                "method": "cash",
                "amount": ready.body["amount_due"],
                "tendered": ready.body["amount_due"],
            }
            paid = {"code": code, "payments": [cash]}
            path = f"/api/pos/v1/orders/{number}/hand-over"
            self._insist(journey, "hand-over", path, self.device, paid)
        return journey

    def again(self, reported: SentRequest) -> Answer:
        return self.service.call("POST", reported.path, reported.token, reported.body, reported.key)

    def _go_on(self, chance: random.Random) -> None:
        while not self.over.is_set():
            self.journey()
            time.sleep(chance.uniform(0, 0.3))

    def _insist(self, journey: Journey, verb: str, path: str, token: str, body: Any) -> Answer:
        key, tries = new_key(), 0
        with self.changed:
            self.begun[verb] += 1
            self.changed.notify_all()
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.service.call("POST", path, token, body, key, timeout=10)
            tries += 1
            self.statuses[answer.status] += 1
            if is_final(answer) or time.monotonic() > deadline:
                journey[verb] = SentRequest(path, token, body, key, answer, tries)
                return answer
            time.sleep(0.1)

    def _request(self, path: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.service.call("GET", path, self.device, timeout=10)
            self.statuses[answer.status] += 1
            if answer.status == 200:
                return answer.body
            time.sleep(0.1)
        raise TimeoutError(f"{path} was not answered for {PATIENCE} s.")


def is_final(answer: Answer) -> bool:
    """Tell whether the response is final. No response, too busy, and "still running" mean: send it again. A 500
    is final, and never right."""
    running = answer.status == 409 and answer.body["code"] == "request_in_progress"
    return answer.status not in (0, 502, 503) and not running


def picks(order: Any) -> dict[str, Any]:
    """Return all of an order's units; of every line with three or more, one is not on the shelf."""
    lines = order["lines"]
    return {
        "lines": [
            {"sku": line["sku"], "quantity": line["quantity"] - short_of(line)} for line in lines
        ],
        "short": [
            {"sku": line["sku"], "quantity": 1, "reason": "not on the shelf"}
            for line in lines
            if short_of(line)
        ],
    }


def short_of(line: Any) -> int:
    return 1 if line["quantity"] >= 3 else 0
