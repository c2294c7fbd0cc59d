"""The ten ways in which such software loses money or goods, from other projects' trackers, each with its guard.

Each test is one of them, in their order: the actions of people, the failure, and the invariant. It ends with a
consistency check, and with the provider's side equal to ours. `test_guards_removed.py` runs each again without the
guard, and sees it fail.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse

from app.core.payment_processing.provider_sync.sync_payment import SyncPayment, sync_payment
from app.wiring import engine_options
from tests.concurrency import answers_at_once
from tests.data import rows
from tests.drivers import order_statuses
from tests.drivers.payments import (
    BY_CARD,
    ask,
    at_reader,
    collected,
    confirm_all_requests,
    events,
    expire,
    expired_with_open_page,
    find_differences,
    gift_card,
    in_drawer,
    notify,
    press,
    reconcile,
    refund,
    shown,
)
from tests.drivers.shop import Placed, Shop, new_key
from tests.fakes.provider import silent
from tests.faults.process_crash import Crash, crash_all

A_DAY = 25 * 3600


def is_sound(shop: Shop) -> None:
    found = shop.violations()
    assert found == {}, f"the audit finds {', '.join(found)}"
    assert find_differences(shop) == [], "the provider's side is another"


def ready(shop: Shop) -> Placed:
    """Return an order for £10, to be paid at the counter, which waits for its shopper."""
    placed = shop.order({"A": 1})
    assert shop.make_ready(placed).status_code == 200
    return placed


def test_paid_but_no_order(shop: Shop) -> None:
    """1, medusa#13301. One shopper pays on the provider's page and no webhook ever comes; one pays at a reader
    while the process that started it crashes. Order, payment and attempt are written before the call to the
    provider, and a job syncs their outcome."""
    shop.stock("A", 1000, lds=5)
    web = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, web)
    shop.provider.pay(web.number)
    here = ready(shop)
    shop.provider.after["start_reader_payment"] = [Crash()]
    with pytest.raises(Crash):
        at_reader(shop, here)
    shop.provider.pay(here.number)
    reconcile(shop)
    reconcile(shop)
    for placed in (web, here):
        assert shop.seen(placed)["amount_outstanding"] == 0, (
            "the shopper paid, and the order does not know"
        )
    assert shop.hand_over(here, 0).get_json()["capture_pending"] == 1000
    is_sound(shop)


def test_charged_twice(shop: Shop) -> None:
    """2, woocommerce-gateway-stripe#674. The provider executed the call and its response was lost; and the
    shopper presses the button eight times. The key is made once, an order has one open card payment, and after
    a day, when the provider has deleted the key, nothing is sent again."""
    shop.stock("A", 1000, lds=5)
    for seconds in (30, A_DAY):
        placed = ready(shop)
        shop.provider.after["start_reader_payment"] = silent()
        assert at_reader(shop, placed).status_code == 409
        assert confirm_all_requests(shop, placed) == 1000
        if seconds == A_DAY:
            shop.provider.answers.clear()
        reconcile(shop, seconds)
        assert confirm_all_requests(shop, placed) == 1000, "charged twice, since asked again"
        reconcile(shop)
        assert shop.hand_over(placed, 0).get_json()["capture_pending"] == 1000
    placed = shop.order({"A": 1}, payment=BY_CARD)
    pressed = answers_at_once(*[lambda: press(shop, placed)] * 8)
    assert {answer.status_code for answer in pressed} <= {200, 409}
    assert confirm_all_requests(shop, placed) == 1000, "charged once for each button"
    reconcile(shop)
    reconcile(shop)
    is_sound(shop)


def test_oversold(shop: Shop) -> None:
    """3, vendure#3508, medusa#16825, saleor#543. Twelve buy five at once. The reservation is a conditional
    UPDATE in the order's transaction. 200 over HTTP, and locks taken in one order, are in test_races.py."""
    shop.stock("A", 1000, lds=5)
    carts = shop.carts([{"A": 1}] * 12)
    answers = answers_at_once(*(lambda cart=cart: shop.checkout(cart) for cart in carts))
    sold = Counter(answer.status_code for answer in answers)
    assert sold == {201: 5, 409: 7}, "sold what is not there"
    assert shop.levels("A") == (5, 5, 0)
    is_sound(shop)


def storm(shop: Shop, code: str, **body: Any) -> Counter[int]:
    """Let thirty buy at once, with a coupon if one is named."""
    carts = shop.carts([{"A": 1}] * 30)
    with shop.engine.begin() as connection:
        for cart in carts if code else ():
            rows.give_coupon(connection, cart["id"], code)
            cart["quote"]["total"] -= 500
    answers = answers_at_once(*(lambda cart=cart: shop.checkout(cart, **body) for cart in carts))
    refused = {answer.get_json()["code"] for answer in answers if answer.status_code == 409}
    assert refused <= {"insufficient_balance", "promotion_limit_reached", "price_changed"}
    return Counter(answer.status_code for answer in answers)


def test_gift_card_or_coupon_used_too_often(shop: Shop) -> None:
    """4, spree#13734, saleor#544. Thirty at once pay £10 each with a gift card that holds £105, and thirty use
    a coupon for ten. Both are counted by a conditional UPDATE in the order's transaction: all of them saw
    before that there is enough."""
    shop.stock("A", 1000, lds=100)
    card = gift_card(shop, 10_500)
    paid = storm(shop, "", payment={"method": "at_pickup", "gift_cards": [shown(card, 1000)]})
    assert paid == {201: 10, 409: 20}, "the gift card paid more than it held"
    assert shop.balance() == 500
    shop.promote("amount", {"amount": 500}, conditions={"coupon": True})
    shop.merchant("POST", "promotions/FIVE/coupons", {"codes": ["TEN"], "uses_limit": 10})
    used = storm(shop, "TEN")
    assert used == {201: 10, 409: 20}, "the coupon was used too often"
    assert [one.redemption_count for one in shop.coupons() if one.code == "TEN"] == [10]
    assert shop.levels("A").reserved == 20
    is_sound(shop)


def test_refunded_too_much(shop: Shop) -> None:
    """5, saleor#19645, spree PR #14678. A refund is in progress, without a response, when the next is
    requested; and thirty request a tenth at once. A refund in progress counts as refunded, it is counted under
    the payment's lock, and requested from the provider under one key."""
    shop.stock("A", 1000, lds=5)
    slow, seen = collected(shop, {"A": 1})
    shop.provider.after["refund"] = silent()
    assert refund(shop, slow, 300).status_code == 201
    assert refund(shop, slow, 800).status_code == 422, "what is on its way was given again"
    reconcile(shop)
    assert [one.amount for one in shop.provider.payments[seen.id].refunds] == [300], "given twice"
    placed, seen = collected(shop, {"A": 1})
    answers = answers_at_once(*[lambda: refund(shop, placed, 100)] * 30)
    given = Counter(answer.status_code for answer in answers)
    assert given == {201: 10, 422: 20}, "more was promised back than was taken"
    reconcile(shop)
    assert sum(one.amount for one in shop.provider.payments[seen.id].refunds) == 1000
    is_sound(shop)


def test_payment_events_overwrite_one_another(shop: Shop) -> None:
    """6, saleor#19854. Two refunds and an outdated response from before them. A total is the sum of events that
    are only ever added, each once under the provider's id for it; and an outdated response reverses nothing."""
    shop.stock("A", 1000, lds=5)
    placed, before = collected(shop, {"A": 2})
    refund(shop, placed, 300)
    refund(shop, placed, 200)
    late = replace(before, status="authorised", captured=0)
    assert before.payment_id is not None
    for seen in (shop.provider.payments[before.id], before, late):
        shop.runner.perform(sync_payment, SyncPayment(before.payment_id, seen))
    payment = shop.payment()
    sums = (payment.status, payment.captured, payment.refunded)
    assert sums == ("captured", 2000, 500), "one event wrote over another"
    assert events(shop, placed) == [
        ("authorise", 2000), ("capture", 2000), ("fee", 50), ("refund", 300), ("refund", 200),
    ], "an event was written twice"  # fmt: skip
    assert shop.seen(placed)["paid"] == 1500
    is_sound(shop)


HEARD: list[Callable[[Shop, Placed, str], object]] = [
    lambda shop, placed, provider_id: notify(shop, provider_id),
    lambda shop, placed, provider_id: reconcile(shop),
    lambda shop, placed, provider_id: press(shop, placed),
]
"""The ways in which we learn of a payment."""


def test_amount_not_bound_to_the_order(shop: Shop) -> None:
    """7, evershop#1025. The shopper sends another amount, the price changes meanwhile, and the payment is
    lower, or in another currency. We request the amount of the order's frozen quote, and a payment that
    differs, on whatever way we learn of it, is not counted."""
    shop.stock("A", 1000, lds=9)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    assert press(shop, placed, amount=1).status_code == 422
    shop.set_price("A", 500)
    assert ask(shop, placed)["amount"] == 1000, "asked for what it costs today"
    other, less = {"currency": "JPY"}, {"amount": 1, "authorised": 1}
    for hear, different in product(HEARD, (other, less)):
        placed = shop.order({"A": 1}, payment=BY_CARD)
        ask(shop, placed)
        seen = shop.provider.pay(placed.number)
        shop.provider.payments[seen.id] = replace(seen, **different)
        hear(shop, placed, seen.id)
        order = shop.staff("GET", f"orders/{placed.number}").get_json()
        reported = (order["status"], order["authorised"], order["review_reason"])
        assert reported == ("unpaid", 0, "wrong_amount"), "another amount counted as the order's"
    assert shop.violations() == {}  # and the provider has a payment that we do not count


def sell(shop: Shop, placed: Placed, key: str) -> TestResponse:
    body = {"code": placed.code, "payments": [{"method": "cash", "amount": 1000, "tendered": 1000}]}
    return shop.staff("POST", f"orders/{placed.number}/hand-over", body, key=key)


def test_till_sale_lost(shop: Shop) -> None:
    """8, odoo#288974, #125037. The power fails while a sale at the counter is being written. The receipt is
    sent after the commit, and a commit waits for the disk. (The journal of an offline till comes with the
    bridge, and has its own test.)"""
    shop.stock("A", 1000, lds=5)
    placed, key, receipt = ready(shop), new_key(), None
    with crash_all(shop.engine), suppress(Crash):
        receipt = sell(shop, placed, key)
    assert receipt is None, "a receipt was given and the sale is lost"
    assert (shop.seen(placed)["status"], in_drawer(shop)) == ("ready", 0)
    assert sell(shop, placed, key).status_code == 200
    assert (shop.seen(placed)["status"], in_drawer(shop)) == ("collected", 1000)
    waiting = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
    web = create_engine(shop.engine.url, **engine_options(shop.app.config["SETTINGS"]))
    with web.connect() as connection:
        set_by = connection.scalar(text(waiting))
    web.dispose()
    assert set_by != "client", "we do not wait for the disk"
    is_sound(shop)


def test_till_sale_doubled(shop: Shop) -> None:
    """9, odoo#152259, #258304. The connection is bad: the till sends a sale eight times at once and once more,
    and a refund twice. One key has one effect, and a repeat returns the stored receipt. (As for 8, the writes
    of an offline till have their own test with the bridge.)"""
    shop.stock("A", 1000, lds=5)
    placed, key = ready(shop), new_key()
    sent = answers_at_once(*[lambda: sell(shop, placed, key)] * 8)
    sent.append(sell(shop, placed, key))
    body, key = {"amount": 400, "reason": "brought back"}, new_key()
    path = f"orders/{placed.number}/refunds"
    back = [shop.staff("POST", path, body, key=key) for _ in range(2)]
    assert in_drawer(shop) == 600, "money moved twice for one key"
    assert (sent[-1].status_code, back[1].status_code) == (200, 201), "the repeat was refused"
    assert {one.data for one in sent if one.status_code == 200} == {sent[-1].data}
    codes = {one.get_json()["code"] for one in sent if one.status_code != 200}
    assert codes <= {"request_in_progress"}
    assert back[0].data == back[1].data
    assert shop.levels("A") == (4, 0, 4)
    is_sound(shop)


def test_the_timer_beats_the_payment(shop: Shop) -> None:
    """10, woocommerce-payments#3118. The time to pay is over, the provider does not respond, and the shopper is
    about to pay. Goods are released only once the provider has confirmed that the page is closed. A shopper who
    still pays too late gets the goods if they are available, else a refund, and a notification."""
    shop.stock("A", 1000, lds=1)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    shop.provider.before["expire_checkout_session"] = silent()
    expire(shop, minutes=31)
    assert shop.levels("A") == (1, 1, 0), "the goods were free while they could be paid"
    shop.provider.pay(placed.number)
    reconcile(shop)
    assert shop.seen(placed)["status"] == "placed", "paid in time for the provider, not for us"
    assert order_statuses.cancel(shop, placed) == 200

    late = expired_with_open_page(shop, {"A": 1})
    other = shop.order({"A": 1})
    seen = shop.provider.pay(late.number)
    notify(shop, seen.id)
    assert shop.seen(late)["status"] == "expired", "goods of another shopper were promised"
    assert shop.provider.payments[seen.id].status == "voided", "the money is held for nothing"
    assert "late_payment_released" in shop.reported
    assert order_statuses.cancel(shop, other) == 200

    late = expired_with_open_page(shop, {"A": 1})
    notify(shop, shop.provider.pay(late.number).id)
    assert (shop.seen(late)["status"], shop.levels("A")) == ("placed", (1, 1, 0))
    shop.make_ready(late)
    assert shop.hand_over(late, 0).get_json()["capture_pending"] == 1000
    is_sound(shop)
