"""The order page links to the payment page as long as an amount is outstanding."""

from dataclasses import replace
from typing import Any

import pytest

from app.channels.storefront import order_view
from app.core.orders.order_details import order_details
from tests.drivers.payments import BY_CARD, ask
from tests.drivers.shop import Placed, Shop


@pytest.fixture
def placed(shop: Shop) -> Placed:
    shop.stock("A", 1250, lds=5)
    return shop.order({"A": 1}, payment=BY_CARD)


def view(shop: Shop, placed: Placed, **changes: Any) -> order_view.OrderView:
    ports = shop.app.extensions["ports"]
    with shop.engine.connect() as reader:
        order = order_details(reader, ports.secrets, placed.number)
    return order_view.present(replace(order, **changes), ports.clock.now(), takes_cards=True)


def test_an_unpaid_order_shows_its_payment_first(shop: Shop, placed: Placed) -> None:
    shown = view(shop, placed)
    assert (shown.headline, shown.pays_now) == ("Waiting for your payment", True)
    assert [step.name for step in shown.steps][:2] == ["Payment", "Ordered"]


@pytest.mark.parametrize(
    ("status", "outstanding", "review_reason", "pays"),
    [
        ("placed", 1250, None, True),
        ("ready", 0, None, False),
        ("collected", 1250, "capture_declined", True),
        ("collected", 1250, "disputed", False),
        ("collected", 1250, None, False),
        ("cancelled", 1250, None, False),
    ],
)
def test_card_payment_is_offered_if_an_amount_is_outstanding(
    shop: Shop, placed: Placed, status: str, outstanding: int, review_reason: str | None, pays: bool
) -> None:
    changes = {"amount_outstanding": outstanding, "review_reason": review_reason}
    shown = view(shop, placed, status=status, **changes)
    assert shown.pays_now is pays


def test_the_page_after_the_payment_shows_that_it_is_paid(shop: Shop, placed: Placed) -> None:
    ask(shop, placed)
    shop.provider.pay(placed.number)
    shop.client.get(f"/orders/{placed.number}?token={placed.token}")
    assert shop.seen(placed)["status"] == "placed"
