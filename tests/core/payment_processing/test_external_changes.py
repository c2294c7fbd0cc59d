"""What the provider's own people and payers' banks do unasked is followed, and never passes in silence."""

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
    """A payment is changed in the provider's dashboard, and the webhook arrives."""
    seen = shop.provider.payments[provider_id]
    shop.provider.payments[provider_id] = replace(seen, **facts)  # type: ignore[arg-type]
    notify(shop, provider_id)


def test_goods_that_left_while_their_authorisation_was_gone_are_flagged(shop: Shop):
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


def test_a_refund_made_at_the_providers_console_is_a_refund_of_the_order(shop: Shop):
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


def test_a_console_refund_that_fails_is_flagged_since_the_money_is_owed(shop: Shop):
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


def test_what_was_to_be_voided_and_was_captured_at_the_console_is_flagged(shop: Shop):
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


def test_a_second_payment_in_the_name_of_ours_is_none_of_ours(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = authorised(shop, {"A": 1})
    shop.provider.payments["pi_copy"] = replace(seen, id="pi_copy")
    notify(shop, "pi_copy")
    assert at_till(shop, placed)["review_reason"] == "wrong_amount"
    payment = shop.payment()
    assert (payment.provider_id, payment.authorised) == (seen.id, 1000)


def test_a_late_look_does_not_forget_when_an_authorisation_lapses(shop: Shop):
    shop.stock("A", 1000, lds=5)
    _, seen = authorised(shop, {"A": 1})
    change(shop, seen.id, status="open", authorised=0, capture_before=None)
    payment = shop.payment()
    assert (payment.status, payment.capture_before) == ("authorised", seen.capture_before)


def test_a_notice_of_a_payment_that_nobody_shows_us_is_done_with(shop: Shop):
    notify(shop, "pi_of_another_account")
    assert [event.processed_at is None for event in shop.webhook_events()] == [False]


def dispute(shop: Shop, provider_id: str, amount: int, status: str, takes: bool = True) -> None:
    one = ProviderDispute("dp_1", amount, "fraudulent", status, AT, AT, takes)  # type: ignore[arg-type]
    change(shop, provider_id, disputes=(one,))


def test_a_bank_may_take_more_than_was_captured(shop: Shop):
    """The course of its currency has changed since."""
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    dispute(shop, seen.id, 1010, "open")
    assert shop.seen(placed)["paid"] == -10
    assert refund(shop, placed, 1).status_code == 422
    dispute(shop, seen.id, 1010, "lost")
    resolve = {"reason": "lost", "write_off": True}
    Office(shop).done("POST", f"orders/{placed.number}/resolve", resolve)
    assert shop.violations() == {}


def test_an_inquiry_takes_nothing_and_its_payer_can_be_refunded(shop: Shop):
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


def test_an_inquiry_may_become_a_dispute(shop: Shop):
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    dispute(shop, seen.id, 1000, "open", takes=False)
    dispute(shop, seen.id, 1000, "open")
    assert shop.seen(placed)["paid"] == 0
    assert shop.violations() == {}


def test_what_was_lost_may_be_won_by_an_appeal(shop: Shop):
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
    """An order whose card was charged early, disputed, and which was cancelled then."""
    shop.stock("A", 1000, lds=5)
    shop.provider.capture_before = shop.clock.now()
    placed, seen = authorised(shop, {"A": 1})
    shop.make_ready(placed)
    assert shop.seen(placed)["paid"] == 1000
    dispute(shop, seen.id, 1000, "open")
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    return placed, seen.id


def test_money_won_for_an_order_that_was_cancelled_is_flagged_until_it_is_given_back(
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


def test_what_a_bank_takes_after_it_was_given_back_can_be_written_off(
    shop: Shop, ended: tuple[Placed, str]
):
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
