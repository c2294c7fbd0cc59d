"""Payers take their time in an app, at a reader or on a page; some leave, and some return."""

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


def test_a_payer_in_the_app_can_take_half_an_hour(shop: Shop):
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


def test_a_waiting_reader_is_not_started_again(shop: Shop, ready: Placed):
    assert at_reader(shop, ready).status_code == 200
    for _ in range(5):
        reconcile(shop, seconds=60)
    assert shop.provider.calls.count("start_reader_payment") == 1
    assert [(one.kind, one.status) for one in shop.attempts()] == [("reader", "done")]


def test_after_a_declined_card_the_reader_asks_again_for_the_same_payment(
    shop: Shop, ready: Placed
):
    first = at_reader(shop, ready).get_json()
    assert at_reader(shop, ready).get_json()["id"] == first["id"]
    assert shop.provider.asked_again == [("pi_0", "tmr_1")]
    assert len(shop.provider.payments) == 1


def test_a_repeated_request_after_the_webhook_shows_the_authorised_payment(
    shop: Shop, ready: Placed
):
    first = at_reader(shop, ready).get_json()
    notify(shop, shop.provider.pay(ready.number).id)
    again = at_reader(shop, ready)
    assert (again.status_code, again.get_json()) == (200, first | {"status": "authorised"})
    assert at_reader(shop, ready, "tmr_2").get_json()["code"] == "already_paid"


def test_a_second_reader_clears_the_first_one(shop: Shop, ready: Placed):
    first = at_reader(shop, ready).get_json()
    second = at_reader(shop, ready, "tmr_2")
    assert (second.status_code, second.get_json()["status"]) == (200, "open")
    assert second.get_json()["id"] != first["id"]
    assert shop.provider.cleared == [("pi_0", "tmr_1")]
    assert [one.status for one in shop.provider.payments.values()] == ["voided", "open"]


def test_a_cash_payment_clears_the_reader(shop: Shop, ready: Placed):
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
def test_a_reader_error_is_reported_once_and_another_reader_can_be_tried(
    shop: Shop, ready: Placed, stated: str, code: str
):
    shop.provider.before["start_reader_payment"] = [Declined(stated, "No.")]
    assert at_reader(shop, ready).get_json()["code"] == code
    assert shop.provider.calls.count("start_reader_payment") == 1
    assert at_reader(shop, ready, "tmr_2").status_code == 200
    assert shop.violations() == {}


def test_a_late_payment_on_a_voided_attempt_counts(shop: Shop, ready: Placed):
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


def test_a_late_payment_that_is_no_longer_needed_is_voided(shop: Shop, ready: Placed):
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
