"""Data is kept for its retention period, and no longer."""

from datetime import timedelta

import pytest

from app.core.privacy.retention import FISCAL, RULES
from app.jobs.privacy import apply_retention
from tests.channels.test_timelines import reported
from tests.drivers import customers, invoices, staff
from tests.drivers.payments import BY_CARD, ask, notify
from tests.drivers.shop import Shop
from tests.drivers.shopper import Shopper


@pytest.fixture
def old(shop: Shop) -> Shop:
    """Return a shop with a guest's collected order, a customer, an abandoned cart, a customer view at the till,
    sign-ins of a shopper, of staff and of a user, and a payment page that the provider never closed."""
    shop.stock("MUG", 800, lds=50)
    invoices.set_up(shop)
    placed = shop.order({"MUG": 1}, billing=invoices.BILLING)
    reported(shop)
    shop.make_ready(placed)
    assert shop.hand_over(placed, 800).status_code == 200
    invoices.issue(shop)
    customers.add(shop, name="Known", email="known@example.com")
    shop.cart({"MUG": 2})
    ask(shop, shop.order({"MUG": 1}, payment=BY_CARD))
    customers.at_till(shop, "email", "known@example.com")
    shopper = Shopper(shop)
    shopper.sign_in(email="signed.in@example.com")
    shopper.account("POST", "/store-credit-codes")
    staff.at_work(shop, "7", "cashier")
    staff.Person(shop, "owner@shop.example", "owner").sign_in()
    notify(shop, "pi_that_was_heeded")
    return shop


def held(shop: Shop) -> dict[str, object]:
    guests = shop.guest_contacts()
    return {
        "idle_carts": len([cart for cart in shop.cart_records() if not cart.order_id]),
        "messages": len([message for message in shop.messages() if message.body]),
        "addresses": len(
            [way for one in guests for way in (one.email, one.phone) if way is not None]
        ),
        "names": len([guest for guest in guests if guest.name is not None]),
        "buyers": shop.count("document_buyers"),
        "billing": shop.count("order_billing"),
        "payment_pages": len([one for one in shop.payment_sessions() if one.url]),
        "store_credit_codes": shop.count("store_credit_codes"),
        "challenges": shop.count("account_challenges"),
        "sessions": len(shop.account_sessions()),
        "user_sessions": len(shop.user_sessions()),
        "staff_sessions": shop.count("staff_sessions"),
        "webhook_events": len(shop.webhook_events()),
        "rate_limits": len(shop.rate_limits()),
    }


def test_nothing_is_deleted_before_the_end_of_its_period(old: Shop) -> None:
    before = held(old)
    assert all(before.values())
    assert apply_retention(old.jobs) == 0
    assert held(old) == before


@pytest.mark.parametrize("rule", RULES)
def test_each_kind_is_deleted_at_the_end_of_its_period(old: Shop, rule: str) -> None:
    before = held(old)
    old.clock.advance(RULES[rule].period + timedelta(hours=2))
    assert apply_retention(old.jobs) > 0
    gone = {name for name, count in held(old).items() if count != before[name]}
    assert gone == {name for name, one in RULES.items() if one.period <= RULES[rule].period}
    assert held(old)[rule] == 0
    assert old.violations() == {}


def test_ended_sessions_are_deleted_like_open_ones(old: Shop) -> None:
    """A session is not deleted while its sign-in is still valid."""
    tables = ("account_sessions", "user_sessions", "staff_sessions")
    old.change(*(f"UPDATE {table} SET ended_at = created_at" for table in tables))
    old.clock.advance(timedelta(days=30))
    apply_retention(old.jobs)
    assert old.counts(tables) == dict.fromkeys(tables, 1)
    old.clock.advance(timedelta(days=61))
    apply_retention(old.jobs)
    assert old.counts(tables) == dict.fromkeys(tables, 0)


def test_a_customer_stays_and_an_order_keeps_the_data_that_law_requires(old: Shop) -> None:
    old.clock.advance(FISCAL + timedelta(days=1))
    apply_retention(old.jobs)
    assert [one["name"] for one in customers.at_till(old, "email", "known@example.com")] == [
        "Known"
    ]
    order = next(one for one in old.order_records() if one.status == "collected")
    assert (order.status, order.total, order.paid) == ("collected", 800, 800)
    rules = {payload["rule"] for payload in old.payloads("retention.applied")}
    assert rules == set(RULES)


def test_one_night_deletes_more_than_one_batch(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.privacy.BATCH", 2)
    monkeypatch.setattr("app.core.privacy.retention.BATCH", 2)
    for _ in range(5):
        shop.cart({})
    shop.clock.advance(timedelta(days=91))
    assert apply_retention(shop.jobs) == 5
    assert shop.cart_records() == []
