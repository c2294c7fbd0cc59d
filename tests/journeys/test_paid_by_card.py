"""J2 and J3 with money: authorised at the order, captured at the hand-over, with any mix of tenders."""

from tests.drivers.payments import BY_CARD, ask, gift_card, notify
from tests.drivers.shop import Shop, new_key


def test_a_card_is_authorised_at_the_order_and_charged_once_at_collection(shop: Shop):
    shop.stock("LAMP-01", 2400, lds=5)
    placed = shop.order({"LAMP-01": 2}, payment=BY_CARD)
    assert placed.body["status"] == "unpaid"
    assert shop.tasks() == []
    page = ask(shop, placed)
    assert page["amount"] == 4800
    assert page["url"].startswith("https://pay.test/")
    assert ask(shop, placed)["url"] == page["url"]

    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    order = shop.seen(placed)
    assert (order["status"], order["amount_due"], order["authorised"], order["amount_outstanding"]) == (
        "placed", 4800, 4800, 0,
    )  # fmt: skip
    assert shop.levels("LAMP-01") == (5, 2, 3)
    assert "placed" in shop.reported

    shop.make_ready(placed)
    handed = shop.hand_over(placed, 0).get_json()
    assert (handed["status"], handed["capture_pending"]) == ("collected", 4800)
    order = shop.seen(placed)
    assert (order["status"], order["paid"], order["amount_due"]) == ("collected", 4800, 0)
    assert shop.provider.payments[seen.id].captured == 4800
    assert shop.provider.calls.count("capture") == 1
    assert shop.levels("LAMP-01") == (3, 0, 3)
    assert shop.hand_over(placed, 0).status_code == 409
    assert shop.violations() == {}


def test_a_short_pick_and_two_tenders_at_the_counter(shop: Shop):
    for sku, price in (("A", 1500), ("B", 4000), ("C", 950)):
        shop.stock(sku, price, lds=5)
    placed = shop.order({"A": 2, "B": 1, "C": 1})
    shop.pick(placed, {"A": 2, "C": 1}, B=1)
    assert shop.seen(placed)["amount_due"] == 3950
    assert shop.seen(placed)["totals_after_cancellation"]["tax"] == 658
    shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/ready")
    card = gift_card(shop, 5000)
    payments = [
        {"method": "gift_card", "amount": 2000, "card": {"code": card.code, "pin": card.pin}},
        {"method": "cash", "amount": 1950, "tendered": 2000},
    ]
    handed = shop.hand_over(placed, 3950, payments=payments)
    assert handed.status_code == 200, handed.get_json()
    assert handed.get_json()["change"] == 50
    order = shop.seen(placed)
    assert (order["status"], order["paid"], order["amount_due"]) == ("collected", 3950, 0)
    assert [one["refunded"] for one in order["payments"]] == [0, 0]
    assert shop.balance() == 3000
    drawer = shop.staff("GET", "shifts/current").get_json()
    assert (drawer["opening_float"], drawer["expected"]) == (0, 1950)
    assert shop.violations() == {}


def test_unavailable_units_are_not_charged(shop: Shop):
    shop.stock("A", 1000, lds=5)
    shop.stock("B", 500, lds=5)
    placed = shop.order({"A": 1, "B": 1}, payment=BY_CARD)
    ask(shop, placed)
    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    shop.pick(placed, {"A": 1}, B=1)
    shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/ready")
    assert shop.hand_over(placed, 0).get_json()["capture_pending"] == 1000
    assert shop.provider.payments[seen.id].captured == 1000
    assert shop.violations() == {}


def test_a_cancelled_order_is_voided(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    assert shop.provider.payments[seen.id].status == "voided"
    assert shop.levels("A") == (5, 0, 5)
    assert shop.violations() == {}
