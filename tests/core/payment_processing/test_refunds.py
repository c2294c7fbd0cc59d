"""Money is refunded to its tender, never more than was paid."""

from uuid import UUID

from app.core.payments.refund_plan import Paid, plan
from app.core.provider import Declined
from tests.concurrency import at_once, deadlocks
from tests.drivers.payments import BY_CARD, ask, collected, events, gift_card, notify, refund, shown
from tests.drivers.shop import Placed, Shop


def parts(answer) -> dict[str, int]:
    assert answer.status_code in (200, 201), answer.get_json()
    return {one["method"]: one["amount"] for one in answer.get_json()["parts"]}


def bought(shop: Shop) -> Placed:
    """Return an order of £62.97, paid £20.00 by gift card and £42.97 by card."""
    shop.stock("SHIRT", 6297, lds=5)
    card = gift_card(shop, 2000)
    placed, _ = collected(shop, {"SHIRT": 1}, gift_cards=[shown(card)])
    return placed


def test_many_partial_refunds_add_up_to_the_amount_of_each_tender(shop: Shop):
    placed = bought(shop)
    plan = shop.staff("POST", f"orders/{placed.number}/refund-plan", {"amount": 1799})
    assert parts(plan) == {"gift_card": 571, "card": 1228}
    assert shop.seen(placed)["paid"] == 6297
    assert parts(refund(shop, placed, 1799)) == {"gift_card": 571, "card": 1228}
    assert parts(refund(shop, placed, 3598)) == {"gift_card": 1143, "card": 2455}
    assert parts(refund(shop, placed, 900)) == {"gift_card": 286, "card": 614}
    order = shop.seen(placed)
    assert (order["paid"], order["total_credited"], order["amount_due"]) == (0, 6297, 0)
    assert shop.balance() == 2000
    assert refund(shop, placed, 1).status_code == 422
    assert shop.violations() == {}


def test_a_declined_refund_goes_to_the_next_tender_and_leaves_the_others(shop: Shop):
    placed = bought(shop)
    refund(shop, placed, 1000)
    before = events(shop, placed)
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    refund(shop, placed, 500)
    assert events(shop, placed)[: len(before)] == before
    assert [one.status for one in shop.refunds()] == ["done", "done"]
    assert shop.balance() == 318 + 500
    assert shop.seen(placed)["paid"] == 6297 - 1500
    assert shop.violations() == {}


def test_a_refund_that_no_tender_accepts_needs_review(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1})
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    refund(shop, placed, 500)
    order = shop.staff("GET", f"orders/{placed.number}").get_json()
    assert (order["review_reason"], order["paid"]) == ("refund_declined", 1000)
    assert [one.status for one in shop.refunds()] == ["needs_review"]
    assert shop.violations() == {}


def test_a_refund_that_fails_days_later_is_owed_again(shop: Shop):
    placed = bought(shop)
    provider_id = next(iter(shop.provider.payments))
    refund(shop, placed, 1000)
    assert shop.seen(placed)["paid"] == 5297
    shop.provider.fail_refunds(provider_id)
    notify(shop, provider_id)
    assert shop.balance() == 318 + 682
    assert shop.seen(placed)["paid"] == 5297
    assert shop.violations() == {}


def test_simultaneously_failing_refunds_are_flagged_once(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    refund(shop, placed, 300)
    refund(shop, placed, 200)
    shop.provider.fail_refunds(seen.id)
    notify(shop, seen.id)
    assert shop.seen(placed)["paid"] == 1000
    assert [task.kind for task in shop.open_tasks()] == ["payment_review"]
    assert shop.violations() == {}


def test_cash_is_refunded_from_the_drawer_of_the_till(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    shop.hand_over(placed, 1000)
    assert parts(refund(shop, placed, 400)) == {"cash": 400}
    assert shop.staff("GET", "shifts/current").get_json()["expected"] == 600
    assert shop.violations() == {}


def test_money_captured_before_the_end_of_an_order_is_refunded_at_its_end(shop: Shop):
    """It was captured early, because its authorisation would have expired."""
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    shop.provider.capture(seen.id, 1000, "by somebody at the provider's console")
    notify(shop, seen.id)
    assert shop.seen(placed)["paid"] == 1000
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    assert shop.seen(placed)["paid"] == 0
    assert [one.amount for one in shop.provider.payments[seen.id].refunds] == [1000]
    assert shop.violations() == {}


def test_a_tender_that_was_refunded_and_charged_back_gets_no_more():
    """£8.00 of £10.00 were refunded when £5.00 were disputed."""
    card, gift = UUID(int=1), UUID(int=2)
    assert plan([Paid(card, 500, 800), Paid(gift, 1000)], 100) == {gift: 100}


def test_crossing_refunds_lock_their_balances_in_one_order(shop: Shop):
    """Each of two orders was paid by the same two cards, in opposite order."""
    shop.stock("A", 10_000, lds=40)
    cards = [gift_card(shop, 100_000) for _ in range(2)]
    placed = []
    for number in range(6):
        tenders = [shown(card, 5000) for card in (cards if number % 2 else cards[::-1])]
        placed.append(shop.order({"A": 1}, payment={"method": "at_pickup", "gift_cards": tenders}))
        shop.make_ready(placed[-1])
        assert shop.hand_over(placed[-1], 0).status_code == 200
    before = deadlocks(shop.engine)
    for _ in range(4):
        answers = at_once(*(lambda one=one: refund(shop, one, 1000) for one in placed))
        assert deadlocks(shop.engine) == before
        assert {answer.status_code for answer in answers} == {201}
    assert shop.violations() == {}
