"""The merchant reads an order's payments, refunds them, and resolves reviews."""

from typing import Any

from app.core.provider import Declined
from tests.core.test_statement_budgets import statements
from tests.drivers.customers import as_owner
from tests.drivers.payments import ask, authorised, collected, gift_card, notify, shown
from tests.drivers.shop import Placed, Shop, new_key
from tests.drivers.staff import Person


class Office:
    """A signed-in support user."""

    def __init__(self, shop: Shop, role: str = "support") -> None:
        self.shop, self.token = shop, Person(shop, f"{role}@shop.example", role).sign_in()

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        key = new_key() if method == "POST" else None
        return self.shop.call(method, f"/api/admin/v1/{path}", self.token, body, key)

    def done(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self(method, path, body)
        assert answer.status_code < 300, answer.get_json()
        return dict(answer.get_json())

    def refused(self, method: str, path: str, body: Any = None) -> str:
        answer = self(method, path, body)
        assert answer.status_code >= 400
        return str(answer.get_json()["code"])


def declined(shop: Shop, sku: str = "A") -> Placed:
    """Create an order whose goods have left, and whose card could not be charged."""
    shop.stock(sku, 1000, lds=9)
    placed, _ = authorised(shop, {sku: 1})
    shop.make_ready(placed)
    shop.provider.before["capture"] = [Declined("card_declined", "No.")]
    assert shop.hand_over(placed, 0).status_code == 200
    return placed


def test_the_history_of_each_tender_is_read_in_one_statement(shop: Shop) -> None:
    office, card = Office(shop), gift_card(shop, 300)
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1}, gift_cards=[shown(card)])
    office.done("POST", f"orders/{placed.number}/refunds", {"amount": 100, "reason": "a scratch"})
    with statements(shop.engine) as seen:
        money = office.done("GET", f"orders/{placed.number}/payments")
    assert len([one for one in seen if "payment_events" in one]) == 1
    assert (money["paid"], money["amount_due"], money["review_reason"]) == (900, 0, None)
    first, second = money["payments"]
    assert (first["method"], first["captured"], first["refunded"]) == ("gift_card", 300, 30)
    assert [one["kind"] for one in second["events"]] == ["authorise", "capture", "fee", "refund"]
    assert [(one["kind"], one["status"]) for one in second["attempts"]] == [
        ("capture", "done"), ("refund", "done"),
    ]  # fmt: skip
    [session] = money["payment_sessions"]
    assert (session["id"], session["flow"], session["status"]) == (
        second["id"],
        "page",
        "completed",
    )
    assert [(one["kind"], one["status"]) for one in session["attempts"]] == [("page", "done")]
    assert "url" not in session
    assert [(one["amount"], one["status"]) for one in money["refunds"]] == [(100, "done")]


def test_a_user_with_the_permission_can_choose_other_tenders_than_the_plan(shop: Shop) -> None:
    office, card = Office(shop), gift_card(shop, 300)
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1}, gift_cards=[shown(card)])
    path = f"orders/{placed.number}"
    plan = office.done("POST", f"{path}/refund-plan", {"amount": 100})
    assert {one["method"]: one["amount"] for one in plan["parts"]} == {"gift_card": 30, "card": 70}
    chosen = next(one["payment"] for one in plan["parts"] if one["method"] == "gift_card")
    body = {"amount": 100, "reason": "the card is gone"}
    parts = [{"payment": chosen, "amount": 100}]
    done = office.done("POST", f"{path}/refunds", body | {"parts": parts})
    assert [(one["method"], one["amount"]) for one in done["parts"]] == [("gift_card", 100)]
    too_much = [{"payment": chosen, "amount": 201}]
    assert office.refused("POST", f"{path}/refunds", body | {"amount": 201, "parts": too_much}) == (
        "invalid"
    )
    assert office.refused("POST", f"{path}/refunds", body | {"parts": parts * 2}) == "invalid"
    assert shop.violations() == {}


def test_cash_is_refunded_only_at_a_till(shop: Shop) -> None:
    office = Office(shop)
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    shop.hand_over(placed, 1000)
    body = {"amount": 100, "reason": "a scratch"}
    assert office.refused("POST", f"orders/{placed.number}/refunds", body) == "invalid"
    assert shop.refunds() == []


def test_a_user_with_only_read_permission_cannot_refund(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1})
    orders, body = Office(shop, "orders"), {"amount": 100, "reason": "a scratch"}
    assert orders.refused("POST", f"orders/{placed.number}/refunds", body) == "forbidden"
    assert orders.done("GET", f"orders/{placed.number}/payments")["paid"] == 1000


def test_orders_that_need_review_are_listed_oldest_first_with_the_reason(shop: Shop) -> None:
    office = Office(shop)
    first, second = declined(shop), declined(shop, "B")
    with statements(shop.engine) as seen:
        page = office.done("GET", "order-reviews?limit=1")
    assert len([one for one in seen if "review_reason" in one]) == 1
    rest = office.done("GET", f"order-reviews?limit=9&cursor={page['next_cursor']}")
    listed = [*page["items"], *rest["items"]]
    assert [one["number"] for one in listed] == [first.number, second.number]
    reported = {
        name: listed[0][name] for name in ("review_reason", "store", "amount_due", "status")
    }
    assert reported == {
        "review_reason": "capture_declined", "store": "lds", "amount_due": 1000, "status": "collected",
    }  # fmt: skip
    assert listed[0]["since"] is not None


def test_a_declined_capture_is_retried_and_the_review_then_resolved(shop: Shop) -> None:
    office, placed = Office(shop), declined(shop)
    path = f"orders/{placed.number}"
    assert office.refused("POST", f"{path}/resolve", {"reason": "looked at"}) == "balance_due"
    office.done("POST", f"{path}/captures")
    assert shop.seen(placed)["paid"] == 1000
    assert office.refused("POST", f"{path}/captures") == "nothing_to_capture"
    money = office.done("POST", f"{path}/resolve", {"reason": "the bank was down"})
    assert (money["review_reason"], money["amount_due"]) == (None, 0)
    assert shop.open_tasks("payment_review") == []
    assert office.refused("POST", f"{path}/resolve", {"reason": "again"}) == "invalid_state"
    assert shop.violations() == {}


def test_a_shopper_pays_a_declined_order_on_its_page_and_is_charged_at_once(
    shop: Shop,
) -> None:
    office, placed = Office(shop), declined(shop)
    answer = shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, {})
    assert answer.get_json()["code"] == "already_paid", "it may be captured yet"
    office.done("POST", f"orders/{placed.number}/payment-requests")
    assert "payment_requested" in shop.reported
    assert ask(shop, placed)["amount"] == 1000
    notify(shop, shop.provider.pay(placed.number).id)
    assert shop.seen(placed)["paid"] == 1000
    assert office.refused("POST", f"orders/{placed.number}/payment-requests") == "already_paid"
    office.done("POST", f"orders/{placed.number}/resolve", {"reason": "paid with another card"})
    assert shop.violations() == {}


def test_a_paid_and_collected_order_cannot_be_paid_again(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1})
    answer = shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, {})
    assert answer.get_json()["code"] == "invalid_state"


def test_an_unpaid_amount_is_written_off_with_a_reason(shop: Shop) -> None:
    office, placed = Office(shop), declined(shop)
    body = {"reason": "not worth a letter", "write_off": True}
    money = office.done("POST", f"orders/{placed.number}/resolve", body)
    assert (money["paid"], money["amount_due"], money["review_reason"]) == (0, 0, None)
    (payment,) = office.done("GET", f"orders/{placed.number}/payments")["payments"]
    assert payment["status"] == "voided"
    entries = as_owner(shop, "GET", "audit?about=money").get_json()["items"]
    assert entries[0]["changes"] == {
        "review_reason": "capture_declined", "reason": "not worth a letter", "written_off": 1000,
    }  # fmt: skip
    assert shop.violations() == {}


def test_money_still_held_is_refunded_before_the_review_is_resolved(shop: Shop) -> None:
    office = Office(shop)
    shop.stock("A", 1000, lds=5)
    placed, _ = collected(shop, {"A": 1})
    path = f"orders/{placed.number}"
    shop.provider.before["refund"] = [Declined("expired_or_canceled_card", "The card is gone.")]
    office.done("POST", f"{path}/refunds", {"amount": 400, "reason": "a scratch"})
    resolve = {"reason": "looked at", "write_off": True}
    assert office.refused("POST", f"{path}/resolve", resolve) == "balance_due"
    office.done("POST", f"{path}/refunds", {"amount": 400, "reason": "the new card"})
    assert shop.seen(placed)["total_credited"] == 400
    office.done("POST", f"{path}/resolve", resolve)
    assert shop.violations() == {}
