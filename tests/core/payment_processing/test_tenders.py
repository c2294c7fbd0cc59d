"""Gift cards, store credit, cards and cash on one order, and the effect of changes on each."""

from datetime import timedelta
from typing import Any

import pytest

from app.core.payments.stored_value.grant_store_credit import GrantStoreCredit, grant_store_credit
from app.core.provider import Declined
from tests.drivers.payments import (
    BY_CARD,
    ask,
    authorised,
    collected,
    events,
    gift_card,
    notify,
    shown,
)
from tests.drivers.shop import Shop, new_key
from tests.drivers.shopper import ADA, Shopper
from tests.fakes.provider import silent


def balances(shop: Shop) -> list[int]:
    return shop.balances()


def test_a_gift_card_pays_its_balance_and_the_card_the_rest(shop: Shop):
    shop.stock("A", 2399, lds=5)
    card = gift_card(shop, 2000)
    placed = shop.order({"A": 1}, payment=BY_CARD | {"gift_cards": [shown(card)]})
    assert (placed.body["status"], placed.body["amount_outstanding"]) == ("unpaid", 399)
    assert balances(shop) == [0]
    assert ask(shop, placed)["amount"] == 399
    notify(shop, shop.provider.pay(placed.number).id)
    shop.make_ready(placed)
    handed = shop.hand_over(placed, 0).get_json()
    assert (handed["paid"], handed["capture_pending"]) == (2000, 399)
    assert shop.seen(placed)["paid"] == 2399
    assert shop.violations() == {}


def test_a_gift_card_that_pays_the_total_needs_no_card_payment(shop: Shop):
    shop.stock("A", 1500, lds=5)
    card = gift_card(shop, 2000)
    placed = shop.order({"A": 1}, payment=BY_CARD | {"gift_cards": [shown(card)]})
    assert placed.body["status"] == "placed"
    answer = shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, {})
    assert answer.get_json()["code"] == "already_paid"
    assert balances(shop) == [500]
    shop.make_ready(placed)
    assert shop.hand_over(placed, 0).status_code == 200
    assert shop.violations() == {}


def test_an_ended_order_releases_its_authorised_amounts(shop: Shop):
    shop.stock("A", 1500, lds=5)
    card = gift_card(shop, 2000)
    placed = shop.order({"A": 1}, payment={"method": "at_pickup", "gift_cards": [shown(card, 700)]})
    assert balances(shop) == [1300]
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    assert balances(shop) == [2000]
    assert events(shop, placed) == [("authorise", 700), ("void", 700)]
    assert shop.violations() == {}


def test_short_units_reduce_each_tender_by_its_share(shop: Shop):
    shop.stock("A", 1000, lds=5)
    shop.stock("B", 1000, lds=5)
    card = gift_card(shop, 500)
    placed, seen = authorised(shop, {"A": 1, "B": 1}, gift_cards=[shown(card)])
    shop.pick(placed, {"A": 1}, B=1)
    shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/ready")
    handed = shop.hand_over(placed, 0).get_json()
    assert (handed["paid"], handed["capture_pending"]) == (250, 750)
    assert balances(shop) == [250]
    assert shop.provider.payments[seen.id].captured == 750
    assert shop.violations() == {}


def test_a_wrong_pin_is_refused_like_an_unknown_card_and_attempts_are_limited(shop: Shop):
    shop.stock("A", 1500, lds=5)
    card = gift_card(shop, 2000)
    cart = shop.cart({"A": 1})
    for number in range(5):
        wrong = {"code": card.code, "pin": f"00000{number}"}
        answer = shop.checkout(cart, payment={"method": "at_pickup", "gift_cards": [wrong]})
        assert answer.get_json()["code"] == "invalid_gift_card"
    right = shop.checkout(cart, payment={"method": "at_pickup", "gift_cards": [shown(card)]})
    assert right.status_code == 429
    unknown = {"code": "AAAA-BBBB-CCCC-DDDD-EEEE", "pin": "000000"}
    answer = shop.checkout(cart, payment={"method": "at_pickup", "gift_cards": [unknown]})
    assert answer.get_json()["code"] == "invalid_gift_card"
    assert balances(shop) == [2000]


def test_an_order_paid_at_the_counter_while_the_page_was_open_is_not_paid_twice(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    ask(shop, placed)
    shop.make_ready(placed)
    shop.provider.before["expire_checkout_session"] = silent()
    assert shop.hand_over(placed, 1000).status_code == 200
    late = shop.provider.pay(placed.number)
    notify(shop, late.id)
    assert shop.provider.payments[late.id].status == "voided"
    assert shop.seen(placed)["paid"] == 1000
    assert shop.violations() == {}


def test_an_order_paid_at_the_counter_can_no_longer_be_paid_on_the_page(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    ask(shop, placed)
    shop.make_ready(placed)
    assert shop.hand_over(placed, 1000).status_code == 200
    assert shop.payment_session().status == "cancelled"
    assert [(payment.method, payment.status) for payment in shop.payments()] == [
        ("cash", "captured")
    ]
    with pytest.raises(Declined):
        shop.provider.pay(placed.number)
    assert shop.violations() == {}


def test_a_pickup_order_can_be_paid_by_link_before_the_collection(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    ask(shop, placed)
    notify(shop, shop.provider.pay(placed.number).id)
    assert shop.seen(placed)["amount_outstanding"] == 0
    shop.make_ready(placed)
    assert shop.hand_over(placed, 0).status_code == 200
    assert shop.seen(placed)["paid"] == 1000
    assert shop.violations() == {}


def test_a_card_at_a_reader_is_captured_with_the_hand_over(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    body = {"reader": "tmr_1"}
    first = shop.call(
        "POST", f"/api/pos/v1/orders/{placed.number}/payments", shop.tokens["lds"], body
    )
    assert first.get_json()["status"] == "open"
    shop.provider.pay(placed.number)
    again = shop.call(
        "POST", f"/api/pos/v1/orders/{placed.number}/payments", shop.tokens["lds"], body
    )
    assert (again.get_json()["status"], again.get_json()["id"]) == (
        "authorised",
        first.get_json()["id"],
    )
    assert shop.hand_over(placed, 0).get_json()["capture_pending"] == 1000
    assert shop.violations() == {}


def test_a_payment_after_the_cancellation_is_not_charged(shop: Shop):
    shop.stock("A", 1000, lds=1)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    shop.provider.before["expire_checkout_session"] = silent()
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    late = shop.provider.pay(placed.number)
    notify(shop, late.id)
    assert shop.provider.payments[late.id].status == "voided"
    assert shop.levels("A") == (1, 0, 1)
    assert shop.violations() == {}


def test_store_credit_of_the_customer_pays_at_the_counter(shop: Shop):
    ada = with_store_credit(shop, 1500)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    pay = [credit_payment(code := store_credit_code(ada))]
    assert shop.hand_over(placed, 0, payments=pay).status_code == 200
    assert balances(shop) == [500]
    again = shop.order({"A": 1})
    shop.make_ready(again)
    assert (
        shop.hand_over(again, 0, payments=[credit_payment(code)]).get_json()["code"]
        == "invalid_code"
    )
    assert shop.violations() == {}


def with_store_credit(shop: Shop, amount: int) -> Shopper:
    shop.stock("A", 1000, lds=50)
    ada = Shopper(shop, app=True)
    ada.sign_in()
    credit = GrantStoreCredit(shop.customer_id(ADA), amount, "GBP", "good will")
    shop.runner.perform(grant_store_credit, credit)
    return ada


def store_credit_code(shopper: Shopper) -> str:
    return str(shopper.account("POST", "/store-credit-codes")["code"])


def credit_payment(code: str) -> dict[str, Any]:
    return {"method": "store_credit", "amount": 1000, "account_code": code}


def test_a_pickup_code_and_a_claimed_order_give_no_access_to_store_credit(shop: Shop):
    """A stranger orders as a guest with the address of a customer who has store credit."""
    ada = with_store_credit(shop, 1500)
    placed = shop.order({"A": 1}, contact={"name": "Eve", "email": ADA})
    assert ada.account("GET", "/orders")["items"] == [], "nothing is claimed unasked"
    ada.account("POST", "/claimed-orders", {"orders": [placed.number]})
    shop.make_ready(placed)
    guesses = ["0000000000", placed.code.rjust(10, "0")]
    for guess in guesses:
        answer = shop.hand_over(placed, 0, payments=[credit_payment(guess)])
        assert (answer.status_code, answer.get_json()["code"]) == (403, "invalid_code")
    without = [{"method": "store_credit", "amount": 1000}]
    assert shop.hand_over(placed, 0, payments=without).status_code == 422
    late = store_credit_code(ada)
    shop.clock.advance(timedelta(minutes=11))
    assert shop.hand_over(placed, 0, payments=[credit_payment(late)]).status_code == 403
    for _ in range(7):
        shop.hand_over(placed, 0, payments=[credit_payment("1111111111")])
    assert shop.hand_over(placed, 0, payments=[credit_payment("1111111111")]).status_code == 429
    assert balances(shop) == [1500]
    assert shop.violations() == {}


def test_a_card_payment_can_be_disputed_and_won(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    shop.provider.dispute(seen.id, 1000)
    notify(shop, seen.id)
    order = shop.staff("GET", f"orders/{placed.number}").get_json()
    assert (order["paid"], order["review_reason"]) == (0, "disputed")
    assert shop.violations() == {}
    shop.provider.dispute(seen.id, 1000, "won")
    notify(shop, seen.id)
    assert shop.seen(placed)["paid"] == 1000
    assert [one.status for one in shop.disputes()] == ["won"]
    assert shop.violations() == {}
