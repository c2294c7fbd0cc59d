"""Pages that closed without the payment that their session requests."""

from dataclasses import replace

from tests.drivers.payments import BY_CARD, ask, press, reconcile
from tests.drivers.shop import Shop
from tests.fakes.provider import silent


def test_a_page_paid_with_another_amount_is_read_once_and_the_order_can_be_paid(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    first = ask(shop, placed)
    seen = shop.provider.pay(placed.number)
    shop.provider.payments[seen.id] = replace(seen, amount=900, authorised=900)
    reconcile(shop)
    assert [one.status for one in shop.payment_sessions()] == ["expired"]
    calls = len(shop.provider.calls)
    reconcile(shop)
    assert len(shop.provider.calls) == calls, "an ended session is not read again"
    assert ask(shop, placed)["id"] != first["id"]


def test_a_payer_is_never_sent_to_a_closed_page(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    shop.provider.pay(placed.number)
    shop.provider.before["get_payment"] = silent()
    assert press(shop, placed).get_json()["code"] == "provider_unavailable"
    assert ask(shop, placed)["status"] == "authorised"
    assert shop.violations() == {}
