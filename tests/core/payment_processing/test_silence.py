"""The provider does not respond, or responds too late: nothing is lost, nothing is captured twice."""

import pytest

from app.core.provider import Declined, OutcomeUnknown
from tests.drivers.payments import (
    BY_CARD,
    ask,
    authorised,
    collected,
    events,
    expire,
    notify,
    reconcile,
    refund,
)
from tests.drivers.shop import Shop, new_key
from tests.fakes.provider import silent

SILENCES = ("before", "after")


@pytest.mark.parametrize("when", SILENCES)
def test_a_capture_without_a_response_is_synced_and_captured_once(shop: Shop, when: str):
    shop.stock("A", 1000, lds=5)
    placed, seen = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    getattr(shop.provider, when)["capture"] = silent()
    assert shop.hand_over(placed, 0).status_code == 200
    assert shop.seen(placed)["paid"] == 0
    assert [attempt.status for attempt in shop.attempts(kind="capture")] == ["unknown"]
    reconcile(shop)
    assert shop.seen(placed)["paid"] == 1000
    assert events(shop, placed).count(("capture", 1000)) == 1
    assert shop.provider.payments[seen.id].captured == 1000
    assert shop.violations() == {}


@pytest.mark.parametrize("when", SILENCES)
def test_a_checkout_session_without_a_response_is_the_same_when_requested_again(
    shop: Shop, when: str
):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    getattr(shop.provider, when)["create_checkout_session"] = silent()
    answer = shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, {})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "provider_unavailable")
    reconcile(shop)
    assert ask(shop, placed)["url"]
    assert len(shop.provider.pages) == 1


@pytest.mark.parametrize("minutes", [1, 20])
def test_a_payer_in_the_app_can_pay_minutes_later(shop: Shop, minutes: int):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed, flow="app")
    for _ in range(minutes):
        reconcile(shop, seconds=60)
    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    assert shop.seen(placed)["status"] == "placed"
    assert shop.payment().status == "authorised"
    assert shop.violations() == {}


@pytest.mark.parametrize("when", SILENCES)
def test_a_refund_without_a_response_is_paid_once(shop: Shop, when: str):
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 2})
    getattr(shop.provider, when)["refund"] = silent()
    assert refund(shop, placed, 700).status_code == 201
    assert shop.seen(placed)["paid"] == 2000
    reconcile(shop)
    assert shop.seen(placed)["paid"] == 1300
    assert [one.amount for one in shop.provider.payments[seen.id].refunds] == [700]
    assert [one.status for one in shop.refunds()] == ["done"]
    assert shop.violations() == {}


@pytest.mark.parametrize("when", SILENCES)
def test_a_void_without_a_response_is_repeated_until_it_is_confirmed(shop: Shop, when: str):
    shop.stock("A", 1000, lds=5)
    placed, seen = authorised(shop, {"A": 1})
    getattr(shop.provider, when)["void"] = silent(2)
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    reconcile(shop)
    reconcile(shop)
    assert shop.provider.payments[seen.id].status == "voided"
    assert shop.payment().status == "voided"
    assert shop.violations() == {}


def test_an_unpaid_order_keeps_its_goods_until_the_provider_confirms_the_expired_session(
    shop: Shop,
):
    shop.stock("A", 1000, lds=1)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    shop.provider.before["expire_checkout_session"] = silent(2)
    expire(shop, minutes=31)
    assert shop.levels("A") == (1, 1, 0)
    assert shop.seen(placed)["status"] == "unpaid"
    reconcile(shop)
    reconcile(shop)
    expire(shop)
    assert shop.levels("A") == (1, 0, 1)
    assert shop.seen(placed)["status"] == "expired"
    with pytest.raises(Declined):
        shop.provider.pay(placed.number)
    assert shop.violations() == {}


def test_a_payment_made_before_the_deadline_confirms_the_order(shop: Shop):
    shop.stock("A", 1000, lds=1)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    shop.provider.pay(placed.number)
    expire(shop, minutes=31)
    assert shop.seen(placed)["status"] == "placed"
    assert shop.levels("A") == (1, 1, 0)
    assert shop.violations() == {}


def test_a_payment_is_found_if_its_webhook_never_comes(shop: Shop):
    shop.stock("A", 1000, lds=1)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    shop.provider.pay(placed.number)
    reconcile(shop)
    assert shop.seen(placed)["status"] == "placed"


def test_no_transaction_is_open_during_calls_to_the_provider(shop: Shop):
    shop.provider.watch = lambda: open_connections.append(shop.engine.pool.checkedout())
    open_connections: list[int] = []
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1})
    refund(shop, placed, 100)
    placed, _ = authorised(shop, {"A": 1})
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    placed = shop.order({"A": 1}, payment=BY_CARD)
    assert ask(shop, placed)["id"] == ask(shop, placed)["id"]
    reconcile(shop)
    assert len(open_connections) > 8
    assert set(open_connections) == {0}


def test_a_declined_capture_leaves_the_order_collected_and_needs_review(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, _ = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    shop.provider.before["capture"] = [Declined("charge_expired_for_capture", "Too late.")]
    assert shop.hand_over(placed, 0).status_code == 200
    order = shop.staff("GET", f"orders/{placed.number}").get_json()
    assert (order["status"], order["review_reason"], order["amount_due"]) == (
        "collected",
        "capture_declined",
        1000,
    )
    assert [task.kind for task in shop.open_tasks()] == ["payment_review"]
    assert shop.violations() == {}


def test_a_webhook_is_processed_once_and_a_forged_one_is_not_stored(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = authorised(shop, {"A": 1})
    for _ in range(3):
        notify(shop, seen.id, "evt_1")
    forged = shop.client.post(
        "/webhooks/stripe", data=b"evt_2 paid pi_0", headers={"Stripe-Signature": "false"}
    )
    assert forged.status_code == 400
    kept = [event.id for event in shop.webhook_events()]
    assert kept.count("evt_1") == 1
    assert "evt_2" not in kept
    assert events(shop, placed) == [("authorise", 1000)]


def test_a_webhook_that_cannot_be_processed_waits_for_the_job_to_run_again(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    seen = shop.provider.pay(placed.number)
    shop.provider.before["get_payment"] = silent()
    with pytest.raises(OutcomeUnknown):
        notify(shop, seen.id)
    assert [event.processed_at for event in shop.webhook_events()] == [None]


def test_the_app_can_confirm_minutes_after_the_request(shop: Shop) -> None:
    shop.stock("MUG", 1200, lds=5)
    placed = shop.order({"MUG": 1}, payment=BY_CARD)
    ask(shop, placed, flow="app")
    for _ in range(5):
        reconcile(shop)
    shop.provider.pay(placed.number)
    reconcile(shop)
    assert shop.seen(placed)["status"] == "placed"
    assert shop.violations() == {}


def test_a_payment_whose_response_never_reached_the_app_is_voided(shop: Shop) -> None:
    shop.stock("MUG", 1200, lds=5)
    placed = shop.order({"MUG": 1}, payment=BY_CARD)
    shop.provider.after["create_payment_intent"] = silent(2)
    path = f"/api/v1/orders/{placed.number}/payments"
    assert shop.call("POST", path, placed.token, {"flow": "app"}).status_code == 409
    for _ in range(3):
        reconcile(shop)
    assert [one.status for one in shop.provider.payments.values()] == ["voided"]
    assert ask(shop, placed, flow="app")["client_secret"]
    assert shop.violations() == {}


def test_an_order_paid_with_a_wrong_amount_expires(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    seen = shop.provider.pay(placed.number, amount=1)
    notify(shop, seen.id)
    for _ in range(3):
        expire(shop, minutes=31)
    assert shop.seen(placed)["status"] == "expired"
    assert shop.levels("A") == (5, 0, 5)
    assert len(shop.attempts(kind="close")) == 1
    assert shop.violations() == {}
