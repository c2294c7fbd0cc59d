"""Saved cards follow a merge of two accounts, its undo, and an erasure."""

from datetime import timedelta

import pytest

from tests.drivers import customers
from tests.drivers.payments import notify
from tests.drivers.saved_cards import (
    CARDS,
    customer,
    give,
    keep,
    listed,
    order,
    paid,
    payer,
    shopper,
)
from tests.drivers.shop import Shop
from tests.drivers.shopper import BOB, Shopper


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shop.stock("A", 1000, lds=9)
    return shopper(shop, app=True)


class Two:
    """Two accounts of one person, each with a card."""

    def __init__(self, shop: Shop, ada: Shopper) -> None:
        self.shop, self.ada, self.bob = shop, ada, shopper(shop, BOB, app=True)
        keep(ada, "1111")
        keep(self.bob, "2222", BOB)
        self.stays, self.merged = customer(shop), customer(shop, BOB)
        self.merge = customers.merge(shop, self.stays, self.merged)

    def listed(self) -> dict[str, str]:
        return {card["last4"]: card["id"] for card in listed(self.ada)}


@pytest.fixture
def two(shop: Shop, ada: Shopper) -> Two:
    return Two(shop, ada)


def test_a_merged_customer_has_the_cards_of_both_and_pays_with_any(shop: Shop, two: Two) -> None:
    assert set(two.listed()) == {"1111", "2222"}
    for last4, email in (("1111", "ada@example.com"), ("2222", BOB)):
        paid(two.ada, order(two.ada, {"A": 1}), flow="app", card=two.listed()[last4])
        requested = list(shop.provider.requested.values())[-1]
        assert requested.customer == payer(shop, email), "for whom the provider keeps it"
    assert shop.violations() == {}


def test_an_undo_returns_the_cards_and_later_ones_stay_with_the_surviving_customer(
    shop: Shop, two: Two
) -> None:
    shop.clock.advance(timedelta(minutes=1))
    give(two.bob, "3333")
    customers.undo(shop, two.stays, two.merge)
    assert {card["last4"] for card in listed(two.ada)} == {"1111", "3333"}
    assert {card["last4"] for card in listed(two.bob)} == {"2222"}


def test_a_card_of_the_merged_record_can_be_removed(shop: Shop, two: Two) -> None:
    assert two.ada.call("DELETE", f"{CARDS}/{two.listed()['2222']}").status_code == 204
    customers.undo(shop, two.stays, two.merge)
    assert listed(two.bob) == []
    assert shop.provider.kept[payer(shop, BOB)] == []


def test_an_erasure_deletes_both_customers_at_the_provider(shop: Shop, two: Two) -> None:
    there = [payer(shop), payer(shop, BOB)]
    customers.erase(shop, two.stays)
    queued = shop.app.extensions["ports"].jobs.queued
    assert {
        ids["provider_customer_id"] for name, ids in queued if name == "delete_provider_customer"
    } == set(there)
    rows = {(card.brand, card.last4, card.exp_month) for card in shop.saved_cards()}
    assert rows == {("", "", None)}
    for notice in there:
        notify(shop, notice)
    assert shop.usable_cards() == []
    assert shop.violations() == {}
