"""A refund that no tender accepts is paid manually, once, and both sides' books agree."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.customers.customers import CreateCustomer, create_customer
from app.core.payment_processing.provider_sync.reconcile import differences
from app.core.provider import Declined, ProviderRefund
from tests.channels.test_admin_money import Office
from tests.concurrency import at_once
from tests.drivers import customers, invoices
from tests.drivers.invoices import documents, issue
from tests.drivers.payments import authorised, collected, expire, gift_card, notify, refund, shown
from tests.drivers.shop import Placed, Shop, new_key


@pytest.fixture
def owed(shop: Shop) -> Placed:
    """Create an order of £10.00 with £5.00 to refund to a card that no longer exists."""
    invoices.set_up(shop)
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1})
    issue(shop)
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    assert refund(shop, placed, 500).status_code == 201
    return placed


def in_cash(shop: Shop, placed: Placed) -> Any:
    return shop.staff("POST", f"orders/{placed.number}/manual-refunds", {})


def money(shop: Shop, placed: Placed) -> tuple[int, int, str | None]:
    found = Office(shop).done("GET", f"orders/{placed.number}/payments")
    return found["paid"], found["amount_due"], found["review_reason"]


def both_sides_agree(shop: Shop) -> bool:
    with Session(shop.engine) as session:
        since = shop.clock.now() - timedelta(hours=1)
        return list(differences(shop.runner, session, since)) == []


def test_cash_from_the_drawer_completes_the_refund_with_a_credit_note(
    shop: Shop, owed: Placed
) -> None:
    shop.staff("POST", "shifts", {"opening_float": 2000})
    answer = in_cash(shop, owed)
    assert answer.status_code == 200, answer.get_json()
    assert (answer.get_json()["amount"], answer.get_json()["handed"]) == (500, 500)
    assert shop.staff("GET", "shifts/current").get_json()["expected"] == 1500
    assert money(shop, owed) == (500, 0, None)
    issue(shop)
    assert [one["total"] for one in documents(shop, owed)] == [1000, 500]
    assert both_sides_agree(shop)
    assert shop.violations() == {}


def test_reports_show_the_refund_under_its_method(shop: Shop, owed: Placed) -> None:
    in_cash(shop, owed)
    office, day = Office(shop), shop.clock.now().date()
    found = office.done("GET", f"reports/money?from={day}&to={day}")
    by_tender = {one["tender"]: (one["captured"], one["refunded"]) for one in found["items"]}
    assert by_tender == {"card": (1000, 0), "cash": (0, 500)}
    (shift,) = office.done("GET", "shifts")["items"]
    assert office.done("GET", f"shifts/{shift['id']}")["tenders"] == [
        {"tender": "cash", "captured": 0, "refunded": 500, "net": -500}
    ]


def test_a_bank_transfer_is_only_recorded(shop: Shop, owed: Placed) -> None:
    office, path = Office(shop), f"orders/{owed.number}"
    assert office.refused("POST", f"{path}/resolve", {"reason": "?"}) == "balance_due"
    reported = office.done("POST", f"{path}/manual-refunds", {"refund_method": "bank"})
    assert (reported["paid"], reported["amount_due"], reported["review_reason"]) == (500, 0, None)
    assert reported["payments"][0]["events"][-1]["refund_method"] == "bank"
    assert both_sides_agree(shop)
    assert shop.violations() == {}


def test_store_credit_needs_a_customer(shop: Shop, owed: Placed) -> None:
    office, path = Office(shop), f"orders/{owed.number}/manual-refunds"
    assert office.refused("POST", path, {"refund_method": "store_credit"}) == "invalid"
    customer = shop.runner.perform(create_customer, CreateCustomer("Ada", email="ada@example.com"))
    customers.assign_order(shop, owed, customer)
    assert office.done("POST", path, {"refund_method": "store_credit"})["review_reason"] is None
    assert [(one.kind, one.balance) for one in shop.stored_value()] == [("store_credit", 500)]
    assert both_sides_agree(shop)
    assert shop.violations() == {}


def test_simultaneous_manual_refunds_are_paid_once(shop: Shop, owed: Placed) -> None:
    office, path = Office(shop), f"orders/{owed.number}/manual-refunds"
    answers = at_once(
        *(lambda: in_cash(shop, owed) for _ in range(4)),
        *(lambda: office("POST", path, {"refund_method": "bank"}) for _ in range(4)),
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    assert {one.get_json()["code"] for one in answers if one.status_code == 409} == {
        "no_refund_pending"
    }
    assert money(shop, owed) == (500, 0, None)
    assert shop.violations() == {}


def test_an_amount_that_was_not_refunded_cannot_be_paid_manually(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1})
    assert in_cash(shop, placed).get_json()["code"] == "no_refund_pending"
    refund(shop, placed, 500)
    assert in_cash(shop, placed).get_json()["code"] == "no_refund_pending"
    assert (
        shop.staff("POST", f"orders/{placed.number}/manual-refunds", {}, "yrk").status_code == 404
    )


def test_a_manual_refund_of_an_ended_order_has_no_credit_note(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    shop.provider.capture_before = shop.clock.now()
    placed = shop.order({"A": 1}, payment={"method": "card"})
    shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, {}, new_key())
    shop.provider.pay(placed.number)
    expire(shop, minutes=31)
    shop.make_ready(placed)
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    assert money(shop, placed)[2] == "refund_declined"
    assert in_cash(shop, placed).status_code == 200
    assert money(shop, placed) == (0, 0, None)
    assert shop.seen(placed)["total_credited"] == 0
    assert shop.violations() == {}


def test_an_amount_that_a_bank_charged_back_is_not_refunded_again(shop: Shop, owed: Placed) -> None:
    (provider_id,) = shop.provider.payments
    shop.provider.dispute(provider_id, 1000)
    notify(shop, provider_id)
    assert in_cash(shop, owed).get_json()["code"] == "no_refund_pending"
    assert shop.violations() == {}


def test_a_refund_owed_before_the_collection_cannot_be_resolved_without_paying(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    shop.provider.capture_before = shop.clock.now()
    placed, _ = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    refund(shop, placed, 400)
    office, path = Office(shop), f"orders/{placed.number}"
    assert office.refused("POST", f"{path}/resolve", {"reason": "later"}) == "balance_due"
    office.done("POST", f"{path}/manual-refunds", {"refund_method": "bank"})
    assert shop.hand_over(placed, 0).status_code == 200
    assert money(shop, placed) == (600, 0, None)
    assert shop.violations() == {}


def test_an_amount_that_was_refunded_by_a_retry_is_not_paid_manually(
    shop: Shop, owed: Placed
) -> None:
    """The card accepts the refund after all."""
    assert refund(shop, owed, 500).status_code == 201
    assert money(shop, owed)[:2] == (500, 0)
    assert in_cash(shop, owed).get_json()["code"] == "no_refund_pending"
    Office(shop).done("POST", f"orders/{owed.number}/resolve", {"reason": "it went through"})
    assert shop.violations() == {}


def test_several_declined_refunds_are_paid_with_the_amount_owed(shop: Shop, owed: Placed) -> None:
    """£3.00 of the £5.00 were retried without success."""
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    refund(shop, owed, 300)
    assert in_cash(shop, owed).get_json()["handed"] == 500
    assert in_cash(shop, owed).get_json()["code"] == "no_refund_pending"
    assert money(shop, owed) == (500, 0, None)
    assert shop.violations() == {}


def test_declined_refunds_of_an_ended_order_are_paid_together(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    shop.provider.capture_before = shop.clock.now()
    placed, _ = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    gone = Declined("expired_or_canceled_card", "The card is gone.")
    shop.provider.before["refund"] = [gone, gone]
    refund(shop, placed, 400)
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    assert in_cash(shop, placed).get_json()["handed"] == 1000
    assert money(shop, placed) == (0, 0, None)
    assert shop.violations() == {}


def test_an_additional_refund_in_the_dashboard_is_flagged(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    refund(shop, placed, 1000)
    in_cash(shop, placed)
    by_hand = (ProviderRefund("re_console", None, 1000, "succeeded"),)
    shop.provider.payments[seen.id] = replace(seen, refunds=by_hand)
    notify(shop, seen.id)
    paid, due, why = money(shop, placed)
    assert (paid, due, why) == (-1000, 1000, "balance_open")
    assert both_sides_agree(shop)
    assert shop.violations() == {}


@pytest.mark.parametrize("refund_method", ["bank", "store_credit"])
def test_the_gift_card_share_of_a_manual_refund_is_not_also_credited_to_the_gift_card(
    shop: Shop, refund_method: str
) -> None:
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 2}, gift_cards=[shown(gift_card(shop, 500))])
    customer = shop.runner.perform(create_customer, CreateCustomer("Ada", email="ada@example.com"))
    customers.assign_order(shop, placed, customer)
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    assert refund(shop, placed, 1000).status_code == 201
    Office(shop).done(
        "POST", f"orders/{placed.number}/manual-refunds", {"refund_method": refund_method}
    )
    given = [one for one in shop.payment_events() if one.refund_method == refund_method]
    assert sorted(one.method for one in given) == ["card", "gift_card"]
    assert sum(one.amount for one in given) == 750
    assert shop.balance("gift_card") == 250
    assert shop.violations() == {}
