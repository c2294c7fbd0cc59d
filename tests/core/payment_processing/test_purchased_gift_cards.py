"""Gift cards are bought like goods, taxed when they are redeemed, and active from the hand-over on."""

import re
from typing import Any

from app.adapters.message_text import rendering
from app.core.ports import OutgoingMessage
from app.core.privacy.data_map import TABLES
from app.core.provider import Declined, ProviderRefund
from app.jobs.notifications import send_notification
from tests.channels.test_admin_money import Office
from tests.core.payment_processing.test_external_changes import change, dispute
from tests.drivers import catalogue
from tests.drivers.payments import authorised, collected, reconcile
from tests.drivers.shop import Placed, Shop, new_key
from tests.fakes.provider import silent

GIFT: dict[str, Any] = {
    "title": "Gift card", "publish": True,
    "variants": [
        {"sku": "GIFT", "price": {"amount": 2500, "currency": "GBP"}, "tax_category": "voucher"}
    ],
}  # fmt: skip


FORBIDDEN = (403, "forbidden")
CUP: dict[str, Any] = {"title": "Cup", "variants": [{"sku": "CUP"}]}


def on_sale(shop: Shop) -> None:
    Office(shop, "owner").done("POST", "products", GIFT)
    shop.staff("POST", "counts", {"lines": [{"sku": "GIFT", "quantity": 10}]})
    shop.stock("MUG", 1200, lds=5)


def letter(shop: Shop) -> OutgoingMessage:
    """Return the email with the cards, after its job has run."""
    ports = shop.app.extensions["ports"]
    (ids,) = [ids for name, ids in ports.jobs.queued if ids.get("template") == "gift_cards"]
    send_notification(shop.jobs, **ids)
    sent: OutgoingMessage = ports.channels["email"].sent[-1]
    return sent


def written(found: OutgoingMessage) -> list[tuple[str, str]]:
    """Return (code, PIN) of each card in the email."""
    return re.findall(r"code ([A-Z2-7-]{24}), PIN (\d{6})", rendering.plain_text(found))


def cards(shop: Shop, placed: Placed) -> list[dict[str, Any]]:
    return list(Office(shop).done("GET", f"gift-cards?order={placed.number}")["items"])


def test_each_unit_becomes_a_gift_card_of_its_price_at_the_hand_over(shop: Shop) -> None:
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


def test_the_shopper_gets_code_and_pin_by_email_and_neither_is_stored(shop: Shop) -> None:
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


def test_unavailable_units_become_no_gift_card(shop: Shop) -> None:
    on_sale(shop)
    placed = shop.order({"GIFT": 2})
    shop.pick(placed, {"GIFT": 1}, GIFT=1)
    shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/ready")
    assert shop.hand_over(placed, 2500).status_code == 200
    assert len(cards(shop, placed)) == 1
    assert shop.violations() == {}


def test_a_purchased_gift_card_pays_for_taxed_goods(shop: Shop) -> None:
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


def blocks(shop: Shop, placed: Placed) -> list[tuple[int, str | None]]:
    return [(one["balance"], one["block_reason"]) for one in cards(shop, placed)]


def balance_of(shop: Shop, card: tuple[str, str]) -> int:
    body = dict(zip(("code", "pin"), card, strict=True))
    answer = shop.call("POST", "/api/v1/gift-cards/balance", None, body)
    return int(answer.get_json()["balance"])


def by_card(shop: Shop, wanted: dict[str, int]) -> Placed:
    placed, _ = authorised(shop, wanted)
    shop.make_ready(placed)
    return placed


def test_a_card_pays_nothing_before_its_order_is_captured(shop: Shop) -> None:
    on_sale(shop)
    placed = by_card(shop, {"GIFT": 1})
    shop.provider.before["capture"] = silent()
    assert shop.hand_over(placed, 0).status_code == 200
    assert blocks(shop, placed) == [(2500, "unpaid")]
    assert balance_of(shop, written(letter(shop))[0]) == 0
    reconcile(shop)
    assert blocks(shop, placed) == [(2500, None)]
    assert shop.violations() == {}


def test_a_card_whose_capture_is_declined_stays_blocked(shop: Shop) -> None:
    on_sale(shop)
    placed = by_card(shop, {"GIFT": 1})
    shop.provider.before["capture"] = [Declined("charge_expired_for_capture", "Too late.")]
    shop.hand_over(placed, 0)
    (card,) = cards(shop, placed)
    office, body = Office(shop), {"reason": "the customer calls"}
    assert office.refused("POST", f"gift-cards/{card['id']}/unblock", body) == "invalid_state"
    office.done("POST", f"orders/{placed.number}/resolve", {"reason": "lost", "write_off": True})
    assert blocks(shop, placed) == [(2500, "written_off")]
    assert shop.violations() == {}


def test_a_card_is_blocked_while_a_bank_disputes_its_order(shop: Shop) -> None:
    on_sale(shop)
    placed, seen = collected(shop, {"GIFT": 1})
    for status, reason in (("open", "disputed"), ("won", None)):
        dispute(shop, seen.id, 2500, status)
        assert blocks(shop, placed) == [(2500, reason)]
    assert shop.violations() == {}


def test_a_card_that_was_spent_is_not_refunded(shop: Shop) -> None:
    on_sale(shop)
    placed = shop.order({"GIFT": 1, "MUG": 1})
    shop.make_ready(placed)
    shop.hand_over(placed, 3700)
    ((code, pin),) = written(letter(shop))
    shop.order(
        {"MUG": 1}, payment={"method": "at_pickup", "gift_cards": [{"code": code, "pin": pin}]}
    )
    body = {"amount": 2501, "reason": "changed their mind"}
    path = f"orders/{placed.number}"
    assert shop.staff("POST", f"{path}/refund-plan", {"amount": 2501}).status_code == 422
    refused = shop.staff("POST", f"{path}/refunds", body, key=new_key())
    assert (refused.status_code, refused.get_json()["errors"]) == (
        422,
        {"amount": ["at most 2500"]},
    )
    done = shop.staff("POST", f"{path}/refunds", body | {"amount": 2500}, key=new_key())
    assert done.status_code == 201
    assert blocks(shop, placed) == [(0, "refunded")], "1200 were spent, and the mug was returned"
    assert shop.violations() == {}


def test_a_refund_of_other_goods_leaves_the_card_alone(shop: Shop) -> None:
    on_sale(shop)
    placed = shop.order({"GIFT": 1, "MUG": 1})
    shop.make_ready(placed)
    shop.hand_over(placed, 3700)
    body = {"amount": 1200, "reason": "a scratch"}
    assert (
        shop.staff("POST", f"orders/{placed.number}/refunds", body, key=new_key()).status_code
        == 201
    )
    assert blocks(shop, placed) == [(2500, None)]


def test_a_refund_in_the_dashboard_empties_the_card(shop: Shop) -> None:
    on_sale(shop)
    placed, seen = collected(shop, {"GIFT": 1})
    change(shop, seen.id, refunds=(ProviderRefund("re_1", None, 2500, "succeeded"),))
    assert blocks(shop, placed) == [(0, "refunded")]
    assert shop.violations() == {}


def test_only_a_user_with_the_gift_card_permission_can_sell_gift_cards(shop: Shop) -> None:
    """A sold gift card is money. An API key for the catalogue lacks this permission."""
    assert catalogue.refused(shop, "POST", "products", GIFT) == FORBIDDEN
    on_sale(shop)
    catalogue.done(shop, "POST", "products", CUP)
    for sku, category in (("cup/variants/CUP", "voucher"), ("gift-card/variants/GIFT", "standard")):
        change = {"tax_category": category}
        assert catalogue.refused(shop, "PATCH", f"products/{sku}", change) == FORBIDDEN
    catalogue.done(shop, "PATCH", "products/gift-card/variants/GIFT", {"tax_category": "voucher"})
    one_more = GIFT["variants"][0] | {"sku": "GIFT-2"}
    assert catalogue.refused(shop, "POST", "products/gift-card/variants", one_more) == FORBIDDEN


def test_an_ordered_gift_card_is_issued_even_if_the_catalogue_changed(
    shop: Shop,
) -> None:
    on_sale(shop)
    placed = shop.order({"GIFT": 1})
    shop.change("UPDATE variants SET tax_category = 'standard' WHERE sku = 'GIFT'")
    shop.make_ready(placed)
    assert shop.hand_over(placed, 2500).status_code == 200
    assert blocks(shop, placed) == [(2500, None)]
