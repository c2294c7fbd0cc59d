"""Our list of saved cards follows the provider's, for any webhooks in any order."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.payment_processing.provider_customers import (
    RecordProviderCustomer,
    provider_customer_id,
    record_provider_customer,
)
from app.core.payment_processing.saved_cards.sync_cards import SyncCards, apply_cards
from app.core.provider import Declined, OutcomeUnknown, ProviderCard
from tests.concurrency import at_once
from tests.drivers import customers
from tests.drivers.payments import notify
from tests.drivers.saved_cards import (
    CARDS,
    ask,
    customer,
    detach_removed_cards,
    give,
    keep,
    listed,
    order,
    paid,
    payer,
    shopper,
)
from tests.drivers.shop import Shop
from tests.drivers.shopper import Shopper

OLD, NEW = (ProviderCard(f"pm_{name}", "visa", name, 1, 2060, name) for name in ("1111", "2222"))


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shop.stock("A", 1000, lds=9)
    return shopper(shop, app=True)


def resolve(shop: Shop, seen: tuple[ProviderCard, ...], began: datetime) -> None:
    shop.runner.perform(apply_cards, SyncCards(payer(shop), seen, began))


def kept(shop: Shop) -> list[str]:
    return sorted(card.last4 for card in shop.usable_cards())


def reported(shop: Shop) -> list[str]:
    return [kind.rpartition(".")[2] for kind in shop.event_kinds("account.card*")]


LOOKS = {0: (OLD,), 1: (OLD, NEW), 2: (NEW,), 3: ()}
"""The provider's list, minute by minute: another card is added, the first is removed, then both are gone."""


@pytest.mark.parametrize("heard", list(permutations(LOOKS)))
def test_the_last_retrieved_list_wins_in_any_order_of_writing(
    shop: Shop, ada: Shopper, heard: tuple[int, ...]
) -> None:
    ask(ada)
    began = shop.clock.now()
    for minute in heard:
        resolve(shop, LOOKS[minute], began + timedelta(minutes=minute))
    assert kept(shop) == []
    resolve(shop, LOOKS[0], began)
    assert kept(shop) == [], "a late word brings nothing back"
    assert shop.violations() == {}


@pytest.mark.parametrize("heard", list(permutations((0, 1, 2))))
def test_cards_of_the_last_list_are_kept_in_any_order_of_arrival(
    shop: Shop, ada: Shopper, heard: tuple[int, ...]
) -> None:
    ask(ada)
    for minute in heard:
        resolve(shop, LOOKS[minute], shop.clock.now() + timedelta(minutes=minute))
    assert kept(shop) == ["2222"]


def test_without_the_time_of_the_last_sync_an_older_list_would_restore_a_card(
    shop: Shop, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "app.core.payment_processing.saved_cards.sync_cards._SYNCED", text("SELECT 1")
    )
    ask(ada)
    for minute in (3, 0):
        resolve(shop, LOOKS[minute], shop.clock.now() + timedelta(minutes=minute))
    assert kept(shop) == ["1111"]


def test_each_change_is_notified_once(shop: Shop, ada: Shopper) -> None:
    card = keep(ada)
    for _ in range(3):
        notify(shop, payer(shop))
    assert reported(shop) == ["card_saved"]
    ada.call("DELETE", f"{CARDS}/{card}")
    shop.clock.advance(timedelta(minutes=1))
    notify(shop, payer(shop))
    assert reported(shop) == ["card_saved", "card_removed"]


def test_a_card_that_the_provider_detached_is_removed_here_too(shop: Shop, ada: Shopper) -> None:
    card = give(ada)
    shop.provider.detach_card(card.id)
    shop.clock.advance(timedelta(seconds=1))
    notify(shop, payer(shop))
    assert listed(ada) == []
    assert reported(shop) == ["card_saved", "card_removed"]


def test_a_card_that_its_network_renewed_is_updated(shop: Shop, ada: Shopper) -> None:
    card = give(ada)
    before = listed(ada)[0]
    shop.provider.kept[payer(shop)] = [replace(card, exp_year=2065, last4="9999")]
    notify(shop, payer(shop))
    (after,) = listed(ada)
    assert (after["id"], after["expiry"], after["last4"]) == (before["id"], "2065-04", "9999")
    assert reported(shop) == ["card_saved"]


def test_a_card_that_is_saved_again_is_listed_once_and_the_older_one_detached(
    shop: Shop, ada: Shopper
) -> None:
    older = give(ada)
    shop.clock.advance(timedelta(minutes=1))
    newer = give(ada)
    assert [card["last4"] for card in listed(ada)] == ["4242"]
    assert [card.provider_id for card in shop.usable_cards()] == [newer.id]
    assert older.id != newer.id
    assert detach_removed_cards(shop) == 1
    assert shop.provider.kept[payer(shop)] == [newer]
    assert shop.violations() == {}


def test_cards_are_synced_if_the_webhook_was_lost(shop: Shop, ada: Shopper) -> None:
    ask(ada)
    shop.provider.give_card(payer(shop))
    detach_removed_cards(shop)
    assert kept(shop) == ["4242"]
    looks = shop.provider.calls.count("list_cards")
    detach_removed_cards(shop)
    assert shop.provider.calls.count("list_cards") == looks, "no further card is expected"


def test_a_new_card_is_not_expected_longer_than_its_page_is_open(shop: Shop, ada: Shopper) -> None:
    ask(ada)
    detach_removed_cards(shop, 3 * 3600)
    assert "list_cards" not in shop.provider.calls
    assert shop.card_setups() == []


def test_a_customer_deleted_in_the_dashboard_is_created_again(shop: Shop, ada: Shopper) -> None:
    give(ada)
    first = payer(shop)
    del shop.provider.kept[first]
    shop.clock.advance(timedelta(seconds=1))
    notify(shop, first)
    assert listed(ada) == []
    assert shop.violations() == {}
    give(ada, "3184")
    assert payer(shop) != first
    assert [card["last4"] for card in listed(ada)] == ["3184"]


@pytest.mark.parametrize("body", [{}, {"flow": "app", "save_card": True}])
def test_payment_succeeds_after_the_provider_forgot_the_customer(
    shop: Shop, ada: Shopper, body: dict[str, object]
) -> None:
    """For example after the shop moved to another account at the provider."""
    give(ada)
    shop.provider.kept.clear()
    assert paid(ada, order(ada, {"A": 1}), **body)["status"] == "open"
    assert listed(ada) == []
    assert shop.violations() == {}


def test_a_card_can_be_saved_after_the_provider_forgot_the_customer(
    shop: Shop, ada: Shopper
) -> None:
    give(ada)
    shop.provider.kept.clear()
    assert ada.call("POST", CARDS, {"flow": "app"}).status_code == 409
    ask(ada, "app")
    assert list(shop.provider.kept) == [payer(shop)]


def test_cards_are_kept_while_card_payments_are_switched_off(shop: Shop, ada: Shopper) -> None:
    keep(ada)
    ask(ada)
    shop.provider.before["list_cards"] = [Declined("no_provider", "Cards are not taken here.")]
    assert [card["last4"] for card in listed(ada)] == ["4242"]


def test_two_tabs_create_one_customer_at_the_provider(shop: Shop, ada: Shopper) -> None:
    theirs = UUID(customer(shop))
    made = at_once(*[lambda: provider_customer_id(shop.runner, theirs)] * 4)
    assert set(made) == {payer(shop)}
    assert len(shop.provider.kept) == 1


def test_the_first_of_two_recorded_provider_customers_stays(shop: Shop, ada: Shopper) -> None:
    """For example after a day, when the provider no longer knows the key."""
    theirs = UUID(customer(shop))
    first, second = (
        shop.runner.perform(record_provider_customer, RecordProviderCustomer(theirs, name))
        for name in ("cus_1", "cus_2")
    )
    assert first == second == "cus_1"
    queued = shop.app.extensions["ports"].jobs.queued
    assert ("delete_provider_customer", {"provider_customer_id": "cus_2"}) in queued, (
        "the other has no use"
    )


def test_a_customer_erased_during_the_creation_is_deleted_at_the_provider(
    shop: Shop, ada: Shopper
) -> None:
    theirs = customer(shop)

    def erase() -> None:
        if shop.provider.calls[-1] == "create_customer":
            customers.erase(shop, theirs)

    shop.provider.watch = erase
    answer = ada.call("POST", CARDS, {})
    assert answer.status_code == 404
    (there,) = shop.provider.kept
    queued = shop.app.extensions["ports"].jobs.queued
    assert ("delete_provider_customer", {"provider_customer_id": there}) in queued


@pytest.mark.parametrize("no", [OutcomeUnknown("time-out"), Declined("odd", "No.")])
def test_a_failed_detach_is_repeated_by_the_job(shop: Shop, ada: Shopper, no: Exception) -> None:
    card = keep(ada)
    shop.provider.before["detach_card"] = [no]
    ada.call("DELETE", f"{CARDS}/{card}")
    assert detach_removed_cards(shop) == 1
    assert detach_removed_cards(shop) == 0


def test_no_call_to_the_provider_is_made_inside_a_transaction(shop: Shop, ada: Shopper) -> None:
    open_ones: list[int] = []

    def view() -> None:
        open_ones.append(shop.idle_in_transaction())

    shop.provider.watch = view
    card = keep(ada)
    for _ in range(2):
        paid(ada, order(ada, {"A": 1}), flow="app", card=card)
    ada.call("DELETE", f"{CARDS}/{card}")
    assert len(open_ones) >= 6
    assert set(open_ones) == {0}
