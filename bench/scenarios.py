"""The scenarios: each floor, and next to it the calls of ours that are compared with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlencode

from bench import data
from bench.data import Shop
from bench.work import API, Groups, Once, Repeat, Shoppers, Work, request

FLOOR, OURS = "floor", "ours"


class Supply(Protocol):
    """Provides the work of each round."""

    def work(self, seconds: float) -> Work: ...

    def mark_used(self, units: int) -> None: ...


@dataclass(frozen=True)
class Endless:
    repeated: Work

    def work(self, seconds: float) -> Work:  # noqa: ARG002 - there is always enough
        return self.repeated

    def mark_used(self, units: int) -> None: ...


class Prepared:
    """Requests that can be sent only once. They are made before the measurement, and the rest is kept."""

    def __init__(
        self,
        make: Callable[[int], list[bytes]],
        per_second: int,
        work: Callable[[Sequence[bytes]], Work] = Once,
        size: int = 1,
    ) -> None:
        """`make` returns a number of requests, `per_second` of which are needed per second; `size` make a unit."""
        self._make, self._per_second, self._work, self._size = make, per_second, work, size
        self._left: list[bytes] = []

    def work(self, seconds: float) -> Work:
        missing = int(seconds * self._per_second) - len(self._left)
        if missing > 0:
            self._left += self._make(missing)
        return self._work(self._left)

    def mark_used(self, units: int) -> None:
        del self._left[: units * self._size]


@dataclass(frozen=True)
class Scenario:
    name: str
    service: str
    supply: Supply
    floor: str = ""
    """The scenario whose rate is 100 %."""
    aim: float = 0.0
    """The share of the floor that the design requires."""


def scenarios(shop: Shop) -> list[Scenario]:
    """Return all scenarios. A floor and ours are measured one right after the other, so drift affects both."""
    return [
        Scenario("bare view", FLOOR, _gets(["/bare"])),
        Scenario("one-row read", FLOOR, _gets([f"/row/{quote(h)}" for h in shop.handles])),
        Scenario("product", OURS, _gets(_products(shop)), "one-row read", 0.60),
        Scenario("24-row read", FLOOR, _gets([_page(*place) for place in shop.positions])),
        Scenario("list", OURS, _gets(_lists(shop)), "24-row read", 0.60),
        Scenario("list with q", OURS, _gets(_searches(shop)), "24-row read"),
        Scenario("availability", OURS, _gets(_availabilities(shop)), "24-row read"),
        Scenario("order in 1 statement", FLOOR, _floor_orders(shop, "/order1", 3000)),
        Scenario("order in 7 statements", FLOOR, _floor_orders(shop, "/order7", 2000)),
        Scenario("checkout", OURS, Prepared(shop.carts, 1000), "order in 7 statements", 0.40),
        Scenario("floor of the flow", FLOOR, _floor_flows(shop)),
        Scenario("whole flow", OURS, _flows(shop), "floor of the flow"),
    ]


def select(all_scenarios: list[Scenario], only: Sequence[str]) -> list[Scenario]:
    """Return the scenarios whose name contains one of `only`, with their floors; all if it is empty."""
    names = {s.name for s in all_scenarios if not only or any(part in s.name for part in only)}
    names |= {s.floor for s in all_scenarios if s.name in names}
    return [scenario for scenario in all_scenarios if scenario.name in names]


def _gets(paths: Sequence[str]) -> Supply:
    return Endless(Repeat([request("GET", path) for path in paths]))


def _page(title: str, handle: str) -> str:
    return f"/rows?{urlencode({'title': title, 'handle': handle})}"


def _products(shop: Shop) -> list[str]:
    return [f"{API}/products/{quote(handle)}" for handle in shop.handles]


def _lists(shop: Shop) -> list[str]:
    return [f"{API}/products?cursor={cursor}" for cursor in shop.cursors]


def _searches(shop: Shop) -> list[str]:
    return [f"{API}/products?q={words}" for words in data.search_words(shop)]


def _availabilities(shop: Shop) -> list[str]:
    pairs = zip(shop.items[0:400:2], shop.items[1:400:2], strict=True)
    return [
        f"{API}/availability?line={quote(one.sku)}:1&line={quote(other.sku)}:2&near=53.80,-1.55"
        for one, other in pairs
    ]


def _floor_orders(shop: Shop, path: str, per_second: int) -> Supply:
    return Prepared(lambda number: shop.floor_orders(path, number), per_second)


def _floor_flows(shop: Shop) -> Supply:
    """Return the floor of the flow: five durable calls, four of one statement, then the order in 7."""

    def make(number: int) -> list[bytes]:
        requests = []
        for _ in range(number // 5 + 1):
            requests += shop.floor_orders("/order1", 4) + shop.floor_orders("/order7", 1)
        return requests

    return Prepared(make, 2500, lambda requests: Groups(requests, 5), 5)


def _flows(shop: Shop) -> Supply:
    skus, stores = [item.sku for item in shop.items], [store.code for store in shop.stores]
    return Endless(Shoppers([quote(sku) for sku in skus], stores))
