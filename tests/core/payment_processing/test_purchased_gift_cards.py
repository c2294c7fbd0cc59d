"""Gift cards are bought like goods, taxed when they are used, and live from the hand-over on."""

import re
from typing import Any

from app.adapters.message_text import rendering
from app.core.ports import OutgoingMessage
from app.core.privacy.data_map import TABLES
from app.jobs.notifications import send_notification
from tests.channels.test_admin_money import Office
from tests.drivers import catalogue
from tests.drivers.payments import collected
from tests.drivers.shop import Placed, Shop

GIFT: dict[str, Any] = {
    "title": "Gift card", "publish": True,
    "variants": [
        {"sku": "GIFT", "price": {"amount": 2500, "currency": "GBP"}, "tax_category": "voucher"}
    ],
}  # fmt: skip


def on_sale(shop: Shop) -> None:
    catalogue.done(shop, "POST", "products", GIFT)
    shop.staff("POST", "counts", {"lines": [{"sku": "GIFT", "quantity": 10}]})
    shop.stock("MUG", 1200, lds=5)


def letter(shop: Shop) -> OutgoingMessage:
    """The one that brings the cards, once its job has run."""
    ports = shop.app.extensions["ports"]
    (ids,) = [ids for name, ids in ports.jobs.queued if ids.get("template") == "gift_cards"]
    send_notification(shop.jobs, **ids)
    sent: OutgoingMessage = ports.channels["email"].sent[-1]
    return sent


def written(found: OutgoingMessage) -> list[tuple[str, str]]:
    """(code, PIN) of each card, as it is read in the letter."""
    return re.findall(r"code ([A-Z2-7-]{24}), PIN (\d{6})", rendering.plain_text(found))


def cards(shop: Shop, placed: Placed) -> list[dict[str, Any]]:
    return list(Office(shop).done("GET", f"gift-cards?order={placed.number}")["items"])


def test_each_unit_becomes_a_card_with_its_price_on_it_when_it_is_handed_over(shop: Shop) -> None:
    on_sale(shop)
    placed = shop.order({"GIFT": 2, "MUG": 1})
    assert placed.body["total"] == 6200
    assert placed.body["tax"] == 200, "of the mug alone"
    shop.make_ready(placed)
    assert shop.stored_value() == []
    assert shop.hand_over(placed, 6200).status_code == 200
    assert [(one["balance"], one["active"]) for one in cards(shop, placed)] == [(2500, True)] * 2
    assert shop.on_hand("GIFT") == 8
    assert shop.violations() == {}


def test_the_shopper_is_written_what_she_pays_with_and_nothing_of_it_is_kept(shop: Shop) -> None:
    on_sale(shop)
    placed, _ = collected(shop, {"GIFT": 2})
    found = letter(shop)
    sent = written(found)
    assert "cards" in found.masked
    assert len({code for code, _ in sent}) == 2
    for code, pin in sent:
        held = shop.call(
            "POST", "/api/v1/gift-cards/balance", None, {"code": code, "pin": pin}
        ).get_json()
        assert held["balance"] == 2500
    everywhere = shop.bytes_of(
        *(table for table in TABLES if not table.startswith(("procrastinate", "rate_limits")))
    )
    assert placed.number in everywhere
    assert [code for code, _ in sent if code in everywhere] == []


def test_what_was_not_there_becomes_no_card(shop: Shop) -> None:
    on_sale(shop)
    placed = shop.order({"GIFT": 2})
    shop.pick(placed, {"GIFT": 1}, GIFT=1)
    shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/ready")
    assert shop.hand_over(placed, 2500).status_code == 200
    assert len(cards(shop, placed)) == 1
    assert shop.violations() == {}


def test_a_card_that_was_bought_buys_with_tax(shop: Shop) -> None:
    on_sale(shop)
    collected(shop, {"GIFT": 1})
    ((code, pin),) = written(letter(shop))
    payment = {"method": "at_pickup", "gift_cards": [{"code": code, "pin": pin}]}
    placed = shop.order({"MUG": 1}, payment=payment)
    assert (placed.body["amount_outstanding"], placed.body["tax"]) == (0, 200)


def test_a_voucher_has_no_tax_in_any_country(shop: Shop) -> None:
    on_sale(shop)
    shop.change("UPDATE locations SET country = 'FR'")
    assert shop.cart({"GIFT": 1})["quote"]["tax"] == 0
