"""An authorisation that would expire before the collection is captured when the goods are ready."""

from datetime import datetime, timedelta

import pytest

from app.core.provider import Declined
from app.jobs.payments import flag_expiring_authorisations
from tests.channels.test_admin_money import Office
from tests.drivers.payments import authorised, events, expire, gift_card, notify, reconcile, shown
from tests.drivers.shop import Placed, Shop, new_key
from tests.fakes.provider import silent


@pytest.fixture
def collect_by(shop: Shop) -> datetime:
    """Return until when an order that is made ready now is kept."""
    shop.stock("A", 1000, lds=9)
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    return datetime.fromisoformat(shop.seen(placed)["fulfilments"][0]["collect_by"])


def ready(shop: Shop, holds_until: datetime, **payment: object) -> tuple[Placed, str]:
    """Return a ready order whose card is authorised until then."""
    shop.provider.capture_before = holds_until
    placed, seen = authorised(shop, {"A": 1}, **payment)
    answer = shop.make_ready(placed)
    assert answer.status_code == 200, answer.get_json()
    return placed, seen.id


def taken(shop: Shop, provider_id: str) -> tuple[str, int]:
    seen = shop.provider.payments[provider_id]
    return seen.status, seen.captured


def test_an_authorisation_that_lasts_long_enough_is_captured_at_the_hand_over(
    shop: Shop, collect_by: datetime
) -> None:
    placed, provider_id = ready(shop, collect_by + timedelta(hours=12))
    assert taken(shop, provider_id) == ("authorised", 0)
    assert shop.hand_over(placed, 0).get_json()["capture_pending"] == 1000
    assert taken(shop, provider_id) == ("captured", 1000)
    assert shop.violations() == {}


def test_an_expiring_authorisation_is_captured_at_ready_and_the_rest_at_the_hand_over(
    shop: Shop, collect_by: datetime
) -> None:
    card = gift_card(shop, 300)
    early = collect_by + timedelta(hours=12, seconds=-1)
    placed, provider_id = ready(shop, early, gift_cards=[shown(card)])
    assert taken(shop, provider_id) == ("captured", 700)
    assert shop.seen(placed)["paid"] == 700
    handed = shop.hand_over(placed, 0).get_json()
    assert (handed["paid"], handed["capture_pending"]) == (300, 0)
    assert shop.seen(placed)["paid"] == 1000
    assert shop.violations() == {}


def test_short_units_are_deducted_before_the_capture(shop: Shop, collect_by: datetime) -> None:
    shop.stock("B", 1000, lds=5)
    card = gift_card(shop, 500)
    shop.provider.capture_before = collect_by
    placed, seen = authorised(shop, {"A": 1, "B": 1}, gift_cards=[shown(card)])
    shop.pick(placed, {"A": 1}, B=1)
    shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/ready")
    assert taken(shop, seen.id) == ("captured", 750)
    assert shop.hand_over(placed, 0).get_json()["paid"] == 250
    assert shop.balance() == 250
    assert shop.violations() == {}


def test_a_capture_in_progress_is_not_requested_twice(shop: Shop, collect_by: datetime) -> None:
    shop.provider.after["capture"] = silent()
    placed, provider_id = ready(shop, collect_by)
    handed = shop.hand_over(placed, 0).get_json()
    assert (handed["paid"], handed["capture_pending"]) == (0, 1000)
    assert [attempt.status for attempt in shop.attempts(kind="capture")] == ["unknown"]
    reconcile(shop)
    assert shop.seen(placed)["paid"] == 1000
    assert shop.provider.payments[provider_id].captured == 1000
    assert shop.violations() == {}


def test_a_capture_declined_at_ready_is_retried_at_the_hand_over(
    shop: Shop, collect_by: datetime
) -> None:
    shop.provider.before["capture"] = [Declined("card_declined", "No.")]
    placed, _ = ready(shop, collect_by)
    (flagged,) = Office(shop).done("GET", "order-reviews")["items"]
    assert (flagged["review_reason"], flagged["status"]) == ("capture_declined", "ready")
    assert shop.hand_over(placed, 0).get_json()["capture_pending"] == 1000
    assert shop.seen(placed)["paid"] == 1000
    assert shop.violations() == {}


@pytest.mark.parametrize("when", ["before", "after", None])
@pytest.mark.parametrize("way", ["cancel", "expire"])
def test_the_captured_amount_of_an_uncollected_order_is_refunded(
    shop: Shop, collect_by: datetime, way: str, when: str | None
) -> None:
    """Even if the capture is still in progress when the order ends."""
    if when:
        getattr(shop.provider, when)["capture"] = silent()
    placed, provider_id = ready(shop, collect_by)
    if way == "cancel":
        shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token, key=new_key())
    else:
        shop.clock.advance(collect_by - shop.clock.now() + timedelta(minutes=1))
        assert expire(shop) >= 1
    reconcile(shop)
    seen = shop.provider.payments[provider_id]
    assert seen.captured == sum(one.amount for one in seen.refunds)
    assert seen.status in ("captured", "voided")
    assert shop.seen(placed)["paid"] == 0
    assert shop.violations() == {}


def test_a_payment_by_link_for_ready_goods_is_captured_at_once_if_it_would_expire(
    shop: Shop, collect_by: datetime
) -> None:
    placed = shop.order({"A": 1})
    shop.make_ready(placed)
    shop.provider.capture_before = collect_by
    shop.call("POST", f"/api/v1/orders/{placed.number}/payments", placed.token, {})
    seen = shop.provider.pay(placed.number)
    notify(shop, seen.id)
    assert events(shop, placed) == [("authorise", 1000), ("capture", 1000), ("fee", 35)]


def test_an_unready_order_with_an_expiring_authorisation_is_flagged_once(shop: Shop) -> None:
    shop.stock("A", 1000, lds=9)
    shop.provider.capture_before = shop.clock.now() + timedelta(days=7)
    placed, _ = authorised(shop, {"A": 1})
    authorised(shop, {"A": 1})
    ready_one = shop.order({"A": 1})
    shop.make_ready(ready_one)
    shop.clock.advance(timedelta(days=6, seconds=-1))
    assert flag_expiring_authorisations(shop.jobs) == 0
    shop.clock.advance(timedelta(seconds=1))
    assert flag_expiring_authorisations(shop.jobs) == 2
    office = Office(shop)
    items = office.done("GET", "order-reviews")["items"]
    assert {one["review_reason"] for one in items} == {"authorisation_expiring"}
    assert placed.number in {one["number"] for one in items}
    resolved = office.done("POST", f"orders/{placed.number}/resolve", {"reason": "picked now"})
    assert resolved["review_reason"] is None
    assert flag_expiring_authorisations(shop.jobs) == 0
