"""Many shoppers at once, over HTTP, on real connections, against the real web processes."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.concurrency import deadlocks
from tests.drivers.shop import Shop, checkout_body, new_key
from tests.faults.service import Answer, Service, at_once

BUYERS, UNITS = 200, 50


@pytest.fixture
def service(database_url: str, tmp_path: Path, shop: Shop) -> Iterator[Service]:
    service = Service(database_url, tmp_path)
    yield service
    service.stop()


def buy(service: Service, cart: dict[str, Any], key: str | None = None) -> Answer:
    body = checkout_body(cart["quote"]["total"])
    return service.call(
        "POST", f"/api/v1/carts/{cart['id']}/checkout", cart["token"], body, key or new_key()
    )


def hot_item(shop: Shop, service: Service, buyers: int, units: int) -> Counter[int]:
    """Let `buyers` order one of `units` at Leeds at once; return the statuses of their checkouts."""
    shop.stock("MUG-BLU", 1200, lds=units, yrk=4)
    carts = shop.carts([{"MUG-BLU": 1}] * buyers)
    service.start("web")
    answers = at_once(lambda cart: buy(service, cart), carts, buyers)
    refused = [answer.body for answer in answers if answer.status == 409]
    assert all(body["code"] == "insufficient_stock" for body in refused)
    for body in refused:
        (line,) = body["errors"]["lines"]
        assert line["elsewhere"][0]["location"] == "yrk"
    return Counter(answer.status for answer in answers)


def test_200_buyers_for_50_units_make_exactly_50_orders(shop: Shop, service: Service) -> None:
    before = deadlocks(shop.engine)
    assert hot_item(shop, service, BUYERS, UNITS) == {201: UNITS, 409: BUYERS - UNITS}
    assert shop.levels("MUG-BLU") == (UNITS, UNITS, 0)
    assert deadlocks(shop.engine) == before
    assert shop.violations() == {}


def test_the_same_storm_catches_a_reservation_that_reads_then_writes(
    shop: Shop, service: Service
) -> None:
    service.application = "tests.faults.mutants:read_then_write()"
    with shop.engine.begin() as connection:  # the constraint below would hide the fault
        connection.execute(text("ALTER TABLE stock DROP CONSTRAINT stock_reserved_check"))
    try:
        statuses = hot_item(shop, service, BUYERS, UNITS)
        assert statuses[201] > UNITS
        assert "I7" in shop.violations()
    finally:
        with shop.engine.begin() as connection:
            connection.execute(text("UPDATE stock SET reserved = 0"))
            connection.execute(_CHECK)


def test_j1_the_last_unit_goes_to_one_of_50_carts_and_the_others_are_told_of_york(
    shop: Shop, service: Service
) -> None:
    shop.stock("MUG-BLU", 1200, lds=1, yrk=4)
    carts = shop.carts([{"MUG-BLU": 1}] * 50)
    service.start("web")
    answers = at_once(lambda cart: buy(service, cart), carts, 50)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 49}
    loser = next(answer.body for answer in answers if answer.status == 409)
    assert loser["errors"]["lines"] == [
        {
            "sku": "MUG-BLU",
            "wanted": 1,
            "available": 0,
            "elsewhere": [{"location": "yrk", "available": 4, "distance_km": 35.3}],
        }
    ]
    assert shop.levels("MUG-BLU") == (1, 1, 0)
    assert shop.violations() == {}


def crossing_carts(shop: Shop, orders: int) -> list[dict[str, Any]]:
    """Return carts of 4 random items out of 10."""
    for number in range(10):
        shop.stock(f"ITEM-{number}", 500, lds=10_000)
    chance = random.Random(7)
    items = [f"ITEM-{number}" for number in range(10)]
    return shop.carts(
        [{sku: chance.randint(1, 3) for sku in chance.sample(items, 4)} for _ in range(orders)]
    )


def test_500_orders_of_4_items_out_of_10_never_deadlock(shop: Shop, service: Service) -> None:
    carts = crossing_carts(shop, 500)
    before = deadlocks(shop.engine)
    service.start("web")
    answers = at_once(lambda cart: buy(service, cart), carts, 32)
    assert Counter(answer.status for answer in answers) == {201: 500}
    assert deadlocks(shop.engine) == before
    assert shop.violations() == {}


def test_the_same_orders_detect_locks_taken_in_any_order(shop: Shop, service: Service) -> None:
    carts = crossing_carts(shop, 32)
    before = deadlocks(shop.engine)
    service.application = "tests.faults.mutants:unordered_locks()"
    service.start("web")
    at_once(lambda cart: buy(service, cart), carts, 32)
    assert deadlocks(shop.engine) > before


def test_50_checkouts_with_one_key_make_one_order_and_the_same_bytes(
    shop: Shop, service: Service
) -> None:
    shop.stock("MUG-BLU", 1200, lds=60)
    cart = shop.cart({"MUG-BLU": 1})
    service.start("web")
    answers = at_once(lambda key: buy(service, cart, key), ["one-key"] * 50, 50)
    placed = {answer.raw for answer in answers if answer.status == 201}
    others = {(answer.status, answer.body["code"]) for answer in answers if answer.status != 201}
    assert len(placed) == 1
    assert others <= {(409, "request_in_progress")}
    assert buy(service, cart, "one-key").raw in placed
    assert shop.levels("MUG-BLU") == (60, 1, 59)
    assert shop.violations() == {}


@pytest.mark.soak
def test_soak_1000_buyers_for_100_units_20_times(shop: Shop, service: Service) -> None:
    for again in range(20):
        sku = f"HOT-{again}"
        shop.stock(sku, 1200, lds=100)
        carts = shop.carts([{sku: 1}] * 1000)
        if again == 0:
            service.start("web")
        answers = at_once(lambda cart: buy(service, cart), carts, 200)
        assert Counter(answer.status for answer in answers) == {201: 100, 409: 900}
    assert shop.violations() == {}


@pytest.mark.soak
def test_soak_10000_orders_of_4_items_never_deadlock(shop: Shop, service: Service) -> None:
    carts = crossing_carts(shop, 10_000)
    before = deadlocks(shop.engine)
    service.start("web")
    answers = at_once(lambda cart: buy(service, cart), carts, 32)
    assert Counter(answer.status for answer in answers) == {201: 10_000}
    assert deadlocks(shop.engine) == before
    assert shop.violations() == {}


_CHECK = text("""
    ALTER TABLE stock ADD CONSTRAINT stock_reserved_check
    CHECK (reserved >= 0 AND reserved <= GREATEST(on_hand, 0))
""")
