"""Secrets of stored value are written nowhere: not in a table, an event, a job or a response."""

import json

from app.core.payments.stored_value.gift_card_code import normalise
from tests.drivers.payments import BY_CARD, ask, gift_card, notify, refund, shown
from tests.drivers.shop import Shop


def test_the_code_and_pin_of_a_gift_card_are_stored_nowhere(shop: Shop) -> None:
    """tests/channels/test_operations.py searches the logs for them."""
    secrets, stated = use_up(shop)
    queued = json.dumps(shop.app.extensions["ports"].jobs.queued)
    everything = "\n".join([shop.text_of(*shop.table_names()), queued, *stated])
    for secret in secrets:
        assert secret not in everything
    assert shop.violations() == {}


def use_up(shop: Shop) -> tuple[list[str], list[str]]:
    """Check a gift card, make mistakes, and pay with it in each way; return its secrets and the responses."""
    shop.stock("A", 1000, lds=9)
    card = gift_card(shop, 3000)
    wrong = {"code": card.code, "pin": "424242"}
    stated = [shop.call("POST", "/api/v1/gift-cards/balance", None, wrong).text]
    stated += [shop.call("POST", "/api/v1/gift-cards/balance", None, shown(card)).text]
    placed = shop.order({"A": 2}, payment=BY_CARD | {"gift_cards": [shown(card, 500)]})
    page = ask(shop, placed)
    notify(shop, shop.provider.pay(placed.number).id)
    shop.make_ready(placed)
    stated += [shop.hand_over(placed, 0).text, refund(shop, placed, 300).text]
    other = shop.order({"A": 1})
    shop.make_ready(other)
    pay = [{"method": "gift_card", "amount": 1000, "card": shown(card)}]
    stated += [shop.hand_over(other, 1000, payments=pay).text, json.dumps(shop.seen(other))]
    return [card.code, normalise(card.code), f'"{card.pin}"', '"424242"', str(page["url"])], stated
