"""After any events in any order, the money of an order adds up, or the order is flagged."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.payment_processing.provider_sync import sync_payment
from app.core.payment_processing.provider_sync.reconcile import differences
from tests.channels.test_admin_money import Office
from tests.drivers.shop import Shop, seems_sound
from tests.faults.money_storm import Life

STEPS = 14


def wrong(shop: Shop, seeds: range, hands: int = 1) -> Iterator[str]:
    """Return what does not add up, of so many orders, one after the other. With several hands it may be so for
    a moment: a refund in the provider's dashboard during ours is recognised once our call has its response."""
    for sku, price in (("A", 1000), ("B", 777)):
        shop.stock(sku, price, lds=100_000)
    office = Office(shop)
    for seed in seeds:
        shop.change("UPDATE user_sessions SET expires_at = :at", at=shop.clock.now() + YEAR)
        life = Life(shop, office, seed)
        life.run(STEPS, hands)
        with shop.reader.connect() as reader:
            sound = seems_sound(reader)
        if hands == 1 and not sound:
            yield f"{seed}: {shop.violations()} after {life.reported}"
        life.rest()
        if found := shop.violations():
            yield f"{seed}: {found} at the end of {life.reported}"
        if open_ends := unknown(shop, life.placed.number):
            yield f"{seed}: {open_ends} at the end of {life.reported}"


YEAR = timedelta(days=365)


def unknown(shop: Shop, number: str) -> list[object]:
    """Return the attempts of an order without a response, and the differences at the provider."""
    waiting = shop.unfinished_attempts(number)
    with Session(shop.engine) as session:
        found = differences(shop.runner, session, shop.clock.now() - YEAR)
        return [*waiting, *(one for one in found if one.order_number == number)]


def test_the_money_of_an_order_always_adds_up(shop: Shop) -> None:
    assert list(wrong(shop, range(24))) == []


def test_the_same_storm_detects_missing_reviews(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_payment, "_flag_open_balance", lambda *_: None)
    assert next(wrong(shop, range(40)), None) is not None


@pytest.mark.soak
@pytest.mark.parametrize("hands", [1, 2, 3])
def test_soak_2000_orders(shop: Shop, hands: int) -> None:
    assert list(wrong(shop, range(1000, 3000), hands)) == []
