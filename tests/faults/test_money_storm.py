"""Whatever becomes of an order's money, and in whatever order, it adds up; and what does not is flagged."""

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
    """What does not add up, of so many orders, one after the other. By several hands it may be so a moment: who
    refunds at the provider's console while we do is told apart once ours is answered."""
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
    """What of an order was asked and not answered, or differs at the provider."""
    waiting = shop.unfinished_attempts(number)
    with Session(shop.engine) as session:
        found = differences(shop.runner, session, shop.clock.now() - YEAR)
        return [*waiting, *(one for one in found if one.order_number == number)]


def test_whatever_becomes_of_an_orders_money_adds_up(shop: Shop) -> None:
    assert list(wrong(shop, range(24))) == []


def test_the_same_storm_finds_that_nobody_looks_whether_it_adds_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_payment, "_flag_open_balance", lambda *_: None)
    assert next(wrong(shop, range(40)), None) is not None


@pytest.mark.soak
@pytest.mark.parametrize("hands", [1, 2, 3])
def test_soak_2000_orders(shop: Shop, hands: int) -> None:
    assert list(wrong(shop, range(1000, 3000), hands)) == []
