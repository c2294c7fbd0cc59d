"""The cost of each step of a card payment: statements, commits, and calls to the provider."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event

from tests.core.test_statement_budgets import statements
from tests.drivers import saved_cards
from tests.drivers.payments import (
    BY_CARD,
    ask,
    at_reader,
    authorised,
    expire,
    notify,
    reconcile,
)
from tests.drivers.shop import Placed, Shop, new_key


@dataclass
class Cost:
    statements: int = 0
    commits: int = 0
    calls: list[str] = field(default_factory=list)


@contextmanager
def cost(shop: Shop) -> Iterator[Cost]:
    counted = Cost()

    def commit(_: object) -> None:
        counted.commits += 1

    before = len(shop.provider.calls)
    event.listen(shop.engine, "commit", commit)
    try:
        with statements(shop.engine) as seen:
            yield counted
    finally:
        event.remove(shop.engine, "commit", commit)
    counted.statements, counted.calls = len(seen), shop.provider.calls[before:]


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("A", 1000, lds=50)
    shop.tasks()  # the device and the web shop's client are looked up once a process
    shop.order({"A": 1})
    return shop


def unpaid(shop: Shop) -> Placed:
    return shop.order({"A": 1}, payment=BY_CARD)


def ready(shop: Shop) -> Placed:
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    return placed


def test_statements_of_opening_a_payment(stocked: Shop) -> None:
    """The provider is called once: its response has all that the payer needs."""
    found = {}
    for flow in ("page", "app"):
        placed = unpaid(stocked)
        with cost(stocked) as found[flow]:
            ask(stocked, placed, flow=flow)
    placed = ready(stocked)
    with cost(stocked) as found["reader"]:
        assert at_reader(stocked, placed).status_code == 200
    assert found == {
        "page": Cost(11, 3, ["create_checkout_session"]),
        "app": Cost(12, 3, ["create_payment_intent"]),
        "reader": Cost(13, 3, ["start_reader_payment"]),
    }


def test_statements_of_opening_a_payment_again(stocked: Shop) -> None:
    """The payer may have paid meanwhile, so the provider is read once."""
    found = {}
    for flow in ("page", "app"):
        placed = unpaid(stocked)
        ask(stocked, placed, flow=flow)
        with cost(stocked) as found[flow]:
            ask(stocked, placed, flow=flow)
    placed = ready(stocked)
    at_reader(stocked, placed)
    with cost(stocked) as found["reader"]:
        assert at_reader(stocked, placed).status_code == 200
    placed = unpaid(stocked)
    ask(stocked, placed, flow="app")
    with cost(stocked) as found["app, then page"]:
        ask(stocked, placed, flow="page")
    assert found == {
        "page": Cost(2, 1, ["get_checkout_session"]),
        "app": Cost(2, 1, ["get_payment"]),
        "reader": Cost(3, 1, ["get_payment", "resume_reader_payment"]),
        "app, then page": Cost(24, 6, ["get_payment", "void", "create_checkout_session"]),
    }


def test_statements_of_paying_with_a_saved_card(stocked: Shop) -> None:
    ada = saved_cards.shopper(stocked, app=True)
    card = saved_cards.keep(ada)
    placed = saved_cards.order(ada, {"A": 1})
    with cost(stocked) as found:
        saved_cards.pay(ada, placed, flow="app", card=card)
    assert found == Cost(27, 3, ["open_with_card"])


def test_statements_of_a_webhook_event_that_authorises(stocked: Shop) -> None:
    placed = unpaid(stocked)
    ask(stocked, placed)
    seen = stocked.provider.pay(placed.number)
    with cost(stocked) as found:
        notify(stocked, seen.id)
    assert found == Cost(19, 4, ["get_payment"])


def test_statements_of_a_hand_over(stocked: Shop) -> None:
    placed, _ = authorised(stocked, {"A": 1})
    stocked.make_ready(placed)
    with cost(stocked) as found:
        assert stocked.hand_over(placed, 0).status_code == 200
    assert found == Cost(34, 3, ["capture"])


def test_statements_of_ending_an_order_whose_page_is_open(stocked: Shop) -> None:
    """The page is closed before the goods are free."""
    cancelled, late = unpaid(stocked), unpaid(stocked)
    ask(stocked, cancelled)
    with cost(stocked) as cancelling:
        path = f"/api/v1/orders/{cancelled.number}/cancel"
        assert stocked.call("POST", path, cancelled.token, key=new_key()).status_code == 200
    ask(stocked, late)
    with cost(stocked) as watching:
        reconcile(stocked)
    with cost(stocked) as expiring:
        assert expire(stocked, minutes=60) == 2, "the page is closed, then the order expires"
    assert cancelling == Cost(29, 3, ["expire_checkout_session"])
    assert watching == Cost(3, 1, ["get_checkout_session"])
    assert expiring == Cost(29, 4, ["expire_checkout_session"])
