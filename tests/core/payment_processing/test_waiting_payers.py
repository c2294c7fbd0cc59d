"""Payers take their time: an app, a reader in the shop, a page; and may be gone, or come after all."""

import pytest

from app.core.provider import Declined, PaymentRequest
from tests.drivers.payments import BY_CARD, ask, notify, reconcile
from tests.drivers.shop import Placed, Shop
from tests.fakes.provider import silent


def at_reader(shop: Shop, placed: Placed, reader: str = "tmr_1"):
    path = f"/api/pos/v1/orders/{placed.number}/payments"
    return shop.call("POST", path, shop.tokens["lds"], {"reader": reader})


@pytest.fixture
def ready(shop: Shop) -> Placed:
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    return placed


def test_who_pays_in_the_app_may_take_half_an_hour(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    assert ask(shop, placed, flow="app")["client_secret"]
    assert [(one.kind, one.status) for one in shop.attempts()] == [("intent", "done")]
    for _ in range(25):
        reconcile(shop, seconds=60)
    notify(shop, shop.provider.pay(placed.number).id)
    assert shop.seen(placed)["status"] == "placed"
    assert len(shop.provider.payments) == 1
    assert shop.violations() == {}


def test_a_reader_is_not_made_to_ask_again_and_again(shop: Shop, ready: Placed):
    assert at_reader(shop, ready).status_code == 200
    for _ in range(5):
        reconcile(shop, seconds=60)
    assert shop.provider.calls.count("start_reader_payment") == 1
    assert [(one.kind, one.status) for one in shop.attempts()] == [("reader", "done")]


def test_after_a_card_that_was_refused_the_reader_asks_again_for_the_same_payment(
    shop: Shop, ready: Placed
):
    first = at_reader(shop, ready).get_json()
    assert at_reader(shop, ready).get_json()["id"] == first["id"]
    assert shop.provider.asked_again == [("pi_0", "tmr_1")]
    assert len(shop.provider.payments) == 1


def test_a_till_that_asks_after_the_notice_came_sees_that_the_card_was_shown(
    shop: Shop, ready: Placed
):
    first = at_reader(shop, ready).get_json()
    notify(shop, shop.provider.pay(ready.number).id)
    again = at_reader(shop, ready)
    assert (again.status_code, again.get_json()) == (200, first | {"status": "authorised"})
    assert at_reader(shop, ready, "tmr_2").get_json()["code"] == "already_paid"


def test_at_another_reader_the_first_one_stops_asking(shop: Shop, ready: Placed):
    first = at_reader(shop, ready).get_json()
    second = at_reader(shop, ready, "tmr_2")
    assert (second.status_code, second.get_json()["status"]) == (200, "open")
    assert second.get_json()["id"] != first["id"]
    assert shop.provider.cleared == [("pi_0", "tmr_1")]
    assert [one.status for one in shop.provider.payments.values()] == ["voided", "open"]


def test_who_pays_cash_after_all_is_not_asked_by_the_reader_any_more(shop: Shop, ready: Placed):
    at_reader(shop, ready)
    assert shop.hand_over(ready, 1000).status_code == 200
    assert shop.provider.cleared == [("pi_0", "tmr_1")]
    assert shop.provider.payments["pi_0"].status == "voided"
    assert shop.violations() == {}


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("reader_busy", "reader_busy"), ("reader_offline", "reader_offline"),
        ("reader_not_found", "reader_not_found"), ("amount_too_small", "payment_declined"),
    ],
)  # fmt: skip
def test_a_reader_that_does_not_want_is_told_of_once_and_something_else_may_be_tried(
    shop: Shop, ready: Placed, stated: str, code: str
):
    shop.provider.before["start_reader_payment"] = [Declined(stated, "No.")]
    assert at_reader(shop, ready).get_json()["code"] == code
    assert shop.provider.calls.count("start_reader_payment") == 1
    assert at_reader(shop, ready, "tmr_2").status_code == 200
    assert shop.violations() == {}


def test_a_payment_that_was_given_up_and_is_paid_all_the_same_counts(shop: Shop, ready: Placed):
    shop.provider.before["start_reader_payment"] = silent(2)
    assert at_reader(shop, ready).get_json()["code"] == "provider_unavailable"
    for _ in range(3):
        reconcile(shop)
    session = shop.payment_session()
    assert (session.status, session.failure_code) == ("failed", "given_up")
    # The provider had it in its queue.
    late = shop.provider.start_reader_payment(
        PaymentRequest(session.id, ready.number, 1000, "GBP"), "", "late"
    )
    shop.provider.pay(ready.number)
    notify(shop, late.id)
    assert shop.staff("GET", f"orders/{ready.number}").get_json()["amount_outstanding"] == 0
    assert shop.hand_over(ready, 0).status_code == 200
    assert shop.seen(ready)["paid"] == 1000
    assert shop.violations() == {}


def test_a_payment_that_was_given_up_is_let_go_where_it_is_not_needed_any_more(
    shop: Shop, ready: Placed
):
    shop.provider.before["start_reader_payment"] = silent(2)
    at_reader(shop, ready)
    for _ in range(3):
        reconcile(shop)
    session_id = shop.payment_session().id
    shop.hand_over(ready, 1000)
    late = shop.provider.start_reader_payment(
        PaymentRequest(session_id, ready.number, 1000, "GBP"), "", "late"
    )
    shop.provider.pay(ready.number)
    notify(shop, late.id)
    assert shop.provider.payments[late.id].status == "voided"
    assert shop.seen(ready)["paid"] == 1000
    assert shop.violations() == {}
