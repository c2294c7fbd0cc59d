"""Delivery of webhooks: signed, repeated until accepted; late, doubled, lost, or in another order on request."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from stripe import WebhookSignature

from tests.drivers.stripe_standin import SECRET, Provider, make_provider


@dataclass
class Shop:
    """A server that accepts webhooks after it refused as many as a test requests."""

    refusing: int = 0
    url: str = ""
    taken: list[str] = field(default_factory=list)
    """Types, in the order of arrival."""
    ids: list[str] = field(default_factory=list)

    def take(self, body: bytes, signature: str) -> int:
        WebhookSignature.verify_header(body, signature, SECRET, tolerance=300)
        if self.refusing:
            self.refusing -= 1
            return 503
        event = json.loads(body)
        self.taken.append(event["type"])
        self.ids.append(event["id"])
        return 204


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(shop.take(body, self.headers["Stripe-Signature"]))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    shop.url = f"http://127.0.0.1:{server.server_port}/webhooks/stripe"
    yield shop
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(shop: Shop) -> Provider:
    provider = make_provider()
    provider.control.switch(webhook_url=shop.url)
    return provider


def wait_for(count: int, shop: Shop, seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while len(shop.taken) < count and time.monotonic() < end:
        time.sleep(0.02)
    assert len(shop.taken) == count


ALL = ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]


def test_an_event_is_delivered_automatically_and_signed(provider: Provider, shop: Shop):
    provider.authorised()
    wait_for(3, shop)
    assert shop.taken == ALL
    assert provider.control.take_webhooks() == []


def test_a_webhook_that_was_not_accepted_is_sent_again(provider: Provider, shop: Shop):
    shop.refusing = 2
    provider.control.call("customers.create")
    wait_for(1, shop)
    assert shop.taken == ["customer.created"]


def test_deliveries_can_be_held_and_reversed(provider: Provider, shop: Shop):
    provider.control.switch(webhooks="hold", webhook_order="reversed")
    provider.authorised()
    time.sleep(0.5)
    assert shop.taken == []
    assert provider.control.deliver_webhooks() == 3
    assert shop.taken == ALL[::-1]


def test_deliveries_can_be_shuffled(provider: Provider, shop: Shop):
    provider.control.switch(webhooks="hold", webhook_order="shuffled")
    for _ in range(4):
        provider.authorised()
    provider.control.deliver_webhooks()
    assert sorted(shop.taken) == sorted(ALL * 4)
    assert shop.taken != ALL * 4


def test_deliveries_can_be_doubled(provider: Provider, shop: Shop):
    provider.control.switch(webhook_copies=2)
    provider.control.call("customers.create")
    wait_for(2, shop)
    assert len(set(shop.ids)) == 1


def test_deliveries_can_be_late(provider: Provider, shop: Shop):
    provider.control.switch(webhook_delay=0.7)
    provider.control.call("customers.create")
    time.sleep(0.4)
    assert shop.taken == []
    wait_for(1, shop)


def test_deliveries_can_be_lost(provider: Provider, shop: Shop):
    provider.control.switch(webhooks="drop")
    provider.authorised()
    assert provider.control.deliver_webhooks() == 0
    assert shop.taken == []


def test_a_test_can_take_webhooks_and_deliver_them_itself():
    provider = make_provider()
    provider.authorised()
    taken = provider.control.take_webhooks()
    assert [json.loads(one.body)["type"] for one in taken] == ALL
    assert provider.control.take_webhooks() == []
