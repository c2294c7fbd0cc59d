"""Changes that the provider's dashboard or banks make are applied to the order, and never go unnoticed."""

from dataclasses import replace

import pytest

from app.core.payments.kinds import DISPUTE
from app.core.provider import ProviderDispute, ProviderRefund
from tests.channels.test_admin_money import Office
from tests.drivers import invoices
from tests.drivers.invoices import documents, issue
from tests.drivers.payments import ask, authorised, collected, events, notify, refund
from tests.drivers.shop import Placed, Shop, new_key
from tests.fakes.provider import AT


def at_till(shop: Shop, placed: Placed) -> dict[str, object]:
    return dict(shop.staff("GET", f"orders/{placed.number}").get_json())


def change(shop: Shop, provider_id: str, **facts: object) -> None:
    """Change a payment in the provider's dashboard, and let its webhook arrive."""
    seen = shop.provider.payments[provider_id]
    shop.provider.payments[provider_id] = replace(seen, **facts)  # type: ignore[arg-type]
    notify(shop, provider_id)


def test_goods_handed_over_after_the_authorisation_was_voided_are_flagged(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    shop.provider.void(seen.id, "it lapsed, and no notice came")
    assert shop.hand_over(placed, 0).status_code == 200
    assert (at_till(shop, placed)["review_reason"], shop.seen(placed)["amount_due"]) == (
        "capture_declined",
        1000,
    )
    (attempt,) = shop.attempts(kind="capture")
    assert (attempt.status, attempt.failure_code) == ("failed", "voided")
    assert shop.violations() == {}


def test_a_refund_in_the_providers_dashboard_is_a_refund_of_the_order(shop: Shop):
    invoices.set_up(shop)
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    issue(shop)
    change(shop, seen.id, refunds=(ProviderRefund("re_console", None, 400, "succeeded"),))
    order = shop.seen(placed)
    assert (order["paid"], order["total_credited"], order["amount_due"]) == (600, 400, 0)
    (made,) = shop.refunds()
    assert (made.amount, made.credited, made.status) == (400, 400, "done")
    issue(shop)
    assert [(one["kind"], one["total"]) for one in documents(shop, placed)] == [
        ("invoice", 1000),
        ("credit_note", 400),
    ]
    notify(shop, seen.id)
    assert shop.seen(placed)["total_credited"] == 400
    assert shop.violations() == {}


def test_a_failed_dashboard_refund_is_flagged_because_the_money_is_owed(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    change(shop, seen.id, refunds=(ProviderRefund("re_console", None, 400, "succeeded"),))
    change(shop, seen.id, refunds=(ProviderRefund("re_console", None, 400, "failed"),))
    assert (shop.seen(placed)["amount_due"], at_till(shop, placed)["review_reason"]) == (
        -400,
        "balance_open",
    )
    assert refund(shop, placed, 400).status_code == 201
    Office(shop).done("POST", f"orders/{placed.number}/resolve", {"reason": "given back"})
    assert shop.violations() == {}


def test_a_payment_captured_in_the_dashboard_instead_of_voided_is_flagged(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, _ = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    shop.hand_over(placed, 0)
    other = shop.order({"A": 1})
    ask(shop, other)
    shop.provider.before["expire_checkout_session"] = [TimeoutError()]
    shop.make_ready(other)
    shop.hand_over(other, 1000)
    late = shop.provider.pay(other.number)
    shop.provider.capture(late.id, 1000, "by somebody at the console")
    notify(shop, late.id)
    assert (shop.seen(other)["amount_due"], at_till(shop, other)["review_reason"]) == (
        -1000,
        "balance_open",
    )
    assert at_till(shop, placed)["review_reason"] is None
    assert shop.violations() == {}


def test_a_second_payment_with_our_payment_id_is_not_counted(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = authorised(shop, {"A": 1})
    shop.provider.payments["pi_copy"] = replace(seen, id="pi_copy")
    notify(shop, "pi_copy")
    assert at_till(shop, placed)["review_reason"] == "wrong_amount"
    payment = shop.payment()
    assert (payment.provider_id, payment.authorised) == (seen.id, 1000)


def test_an_outdated_response_does_not_erase_the_expiry_of_an_authorisation(shop: Shop):
    shop.stock("A", 1000, lds=5)
    _, seen = authorised(shop, {"A": 1})
    change(shop, seen.id, status="open", authorised=0, capture_before=None)
    payment = shop.payment()
    assert (payment.status, payment.capture_before) == ("authorised", seen.capture_before)


def test_a_webhook_about_an_unknown_payment_is_marked_as_processed(shop: Shop):
    notify(shop, "pi_of_another_account")
    assert [event.processed_at is None for event in shop.webhook_events()] == [False]


def dispute(shop: Shop, provider_id: str, amount: int, status: str, takes: bool = True) -> None:
    one = ProviderDispute("dp_1", amount, "fraudulent", status, AT, AT, takes)  # type: ignore[arg-type]
    change(shop, provider_id, disputes=(one,))


def test_a_chargeback_can_exceed_the_captured_amount(shop: Shop):
    """The exchange rate has changed since."""
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    dispute(shop, seen.id, 1010, "open")
    assert shop.seen(placed)["paid"] == -10
    assert refund(shop, placed, 1).status_code == 422
    dispute(shop, seen.id, 1010, "lost")
    resolve = {"reason": "lost", "write_off": True}
    Office(shop).done("POST", f"orders/{placed.number}/resolve", resolve)
    assert shop.violations() == {}


def test_an_inquiry_takes_no_money_and_the_payment_can_be_refunded(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    dispute(shop, seen.id, 1000, "open", takes=False)
    order = at_till(shop, placed)
    assert (order["paid"], order["review_reason"]) == (1000, "disputed")
    assert refund(shop, placed, 1000).status_code == 201
    dispute(shop, seen.id, 1000, "won", takes=False)
    assert [kind for kind, _ in events(shop, placed)] == ["authorise", "capture", "fee", "refund"]
    assert at_till(shop, placed)["review_reason"] is None
    assert shop.violations() == {}


def test_an_inquiry_can_become_a_dispute(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    dispute(shop, seen.id, 1000, "open", takes=False)
    dispute(shop, seen.id, 1000, "open")
    assert shop.seen(placed)["paid"] == 0
    assert shop.violations() == {}


def test_a_lost_dispute_can_be_won_by_an_appeal(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    for status in DISPUTE.statuses:
        dispute(shop, seen.id, 1000, status)
    assert [one.status for one in shop.disputes()] == ["won"]
    dispute(shop, seen.id, 1000, "lost")
    assert [one.status for one in shop.disputes()] == ["won"]
    assert (shop.seen(placed)["paid"], at_till(shop, placed)["review_reason"]) == (1000, None)
    assert shop.violations() == {}


@pytest.fixture
def ended(shop: Shop) -> tuple[Placed, str]:
    """Create an order whose card was charged early and disputed, and which was then cancelled."""
    shop.stock("A", 1000, lds=5)
    shop.provider.capture_before = shop.clock.now()
    placed, seen = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    assert shop.seen(placed)["paid"] == 1000
    dispute(shop, seen.id, 1000, "open")
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    return placed, seen.id


def test_money_won_back_for_a_cancelled_order_is_flagged_until_it_is_refunded(
    shop: Shop, ended: tuple[Placed, str]
):
    placed, provider_id = ended
    dispute(shop, provider_id, 1000, "won")
    assert at_till(shop, placed)["review_reason"] == "balance_open"
    office, path = Office(shop), f"orders/{placed.number}"
    assert office.refused("POST", f"{path}/resolve", {"reason": "?"}) == "balance_due"
    office.done("POST", f"{path}/refunds", {"amount": 1000, "reason": "it was cancelled"})
    office.done("POST", f"{path}/resolve", {"reason": "given back"})
    assert (shop.seen(placed)["paid"], shop.seen(placed)["total_credited"]) == (0, 0)
    assert shop.violations() == {}


def test_a_chargeback_after_a_refund_can_be_written_off(shop: Shop, ended: tuple[Placed, str]):
    placed, provider_id = ended
    dispute(shop, provider_id, 1000, "won")
    office, path = Office(shop), f"orders/{placed.number}"
    office.done("POST", f"{path}/refunds", {"amount": 1000, "reason": "it was cancelled"})
    shop.provider.payments[provider_id] = replace(
        shop.provider.payments[provider_id],
        disputes=(
            *shop.provider.payments[provider_id].disputes,
            ProviderDispute("dp_2", 1000, "fraudulent", "lost", AT, AT),
        ),
    )
    notify(shop, provider_id)
    assert shop.seen(placed)["paid"] == -1000
    office.done("POST", f"{path}/resolve", {"reason": "lost", "write_off": True})
    assert at_till(shop, placed)["review_reason"] is None
    assert shop.violations() == {}
