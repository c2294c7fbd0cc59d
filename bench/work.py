"""The client's requests: units of one request, or of several that each need the previous response."""

import itertools
import json
import random
import uuid
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

API = "/api/v1"


class HttpResponse(NamedTuple):
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Unit = Generator[bytes, HttpResponse, None]
"""Yields the bytes of a request and receives its response. It is counted and timed as one."""


class Work(Protocol):
    def units(self) -> Iterator[Unit]: ...


@dataclass(frozen=True)
class Repeat:
    """Repeats the same requests."""

    requests: Sequence[bytes]

    def units(self) -> Iterator[Unit]:
        return map(_single, itertools.cycle(self.requests))


@dataclass(frozen=True)
class Once:
    """Sends each request once."""

    requests: Sequence[bytes]

    def units(self) -> Iterator[Unit]:
        return map(_single, self.requests)


@dataclass(frozen=True)
class Shoppers:
    """Plays shoppers one after the other, with five calls each: a cart, two items, a store, the checkout."""

    skus: Sequence[str]
    stores: Sequence[str]

    def units(self) -> Iterator[Unit]:
        chance = random.Random()
        while True:
            yield self._shopper(chance.sample(self.skus, 2), chance.choice(self.stores))

    def _shopper(self, skus: Sequence[str], store: str) -> Unit:
        cart = (yield request("POST", f"{API}/carts")).json()
        address, bearer = f"{API}/carts/{cart['id']}", f"Bearer {cart['token']}"
        for sku in skus:
            yield request("PUT", f"{address}/lines/{sku}", {"quantity": 1}, Authorization=bearer)
        chosen = {"type": "pickup", "location": store}
        priced = yield request("PUT", f"{address}/fulfilment", chosen, Authorization=bearer)
        yield checkout(cart["id"], cart["token"], priced.json()["quote"]["total"])


@dataclass(frozen=True)
class Groups:
    """Sends `size` requests one after the other and counts them as one: the floor of a flow."""

    requests: Sequence[bytes]
    size: int

    def units(self) -> Iterator[Unit]:
        for first in range(0, len(self.requests) - self.size + 1, self.size):
            yield _sequence(self.requests[first : first + self.size])


def _single(request_bytes: bytes) -> Unit:
    yield request_bytes


def _sequence(requests: Sequence[bytes]) -> Unit:
    for one in requests:  # noqa: UP028 - a list cannot receive the responses
        yield one


def checkout(cart_id: str, token: str, total: int) -> bytes:
    body = {
        "expected_total": total,
        "contact": {"name": "Ada Byron", "email": "ada@example.com", "phone": "+44 113 496 0000"},
        "payment": {"method": "at_pickup"},
    }
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    return request("POST", f"{API}/carts/{cart_id}/checkout", body, **headers)


def request(method: str, path: str, body: Any = None, **headers: str) -> bytes:
    """Return the bytes of a request over a connection that is kept alive."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "User-Agent: bench"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    content = b""
    if body is not None:
        content = json.dumps(body).encode()
        lines.append("Content-Type: application/json")
    if method != "GET":
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
