import threading
from collections import Counter
from datetime import timedelta

import pytest

from app.core.catalogue.import_outcome import Tally
from tests.concurrency import deadlocks
from tests.drivers.imports import Merchant, a_location, a_product, a_variant, reported


@pytest.fixture
def merchant(engine, clock, tmp_path):
    """With mugs and cups, and shops in Leeds and York."""
    merchant = Merchant(engine, clock, tmp_path)
    merchant.products(
        a_product("mug", a_variant("MUG", cost=400)), a_product("cup", a_variant("CUP"))
    )
    merchant.locations(a_location("lds", "Leeds"), a_location("yrk", "York"))
    return merchant


SOLD = """
    WITH sold AS (
        UPDATE stock SET on_hand = on_hand - 1, has_movements = true WHERE on_hand > 0
        RETURNING location_id, variant_id, gen_random_uuid() AS id, gen_random_uuid() AS event_id
    )
    INSERT INTO stock_movements (id, location_id, variant_id, quantity, kind, event_id, occurred_at)
    SELECT id, location_id, variant_id, -1, 'hand_over', event_id, now() FROM sold
"""


def unexplained(merchant):
    """Return the stock levels that differ from the sum of their movements."""
    moved: Counter[tuple[str, str]] = Counter()
    for one in merchant.stock_movements():
        moved[one.location, one.sku] += one.quantity
    return [one for one in merchant.stock_levels() if one.on_hand != moved[one.location, one.sku]]


def levels(merchant):
    return [(level.sku, level.location_name, level.on_hand) for level in merchant.stock_levels()]


def test_stock_is_imported_as_movements_at_the_cost_in_force(merchant):
    outcome = merchant.stock(("MUG", "Leeds", 5), ("CUP", "Leeds", 3), ("MUG", "York", 0))

    assert outcome.counts["rows"] == Tally(created=3)
    assert levels(merchant) == [("CUP", "Leeds", 3), ("MUG", "Leeds", 5), ("MUG", "York", 0)]
    moved = [(one.quantity, one.kind, one.unit_cost) for one in merchant.stock_movements()]
    assert sorted(moved) == [(3, "import", None), (5, "import", 400)]


def test_a_repeated_import_changes_nothing(merchant):
    merchant.stock(("MUG", "Leeds", 5), ("MUG", "York", 0))
    outcome = merchant.stock(("MUG", "Leeds", 5), ("MUG", "York", 0))

    assert outcome.counts == {"rows": Tally(unchanged=2), "shortfalls": Tally()}
    assert len(merchant.stock_movements()) == 1
    assert len(merchant.events("stock.imported")) == 1


def test_new_changed_and_unchanged_rows_are_counted_separately(merchant):
    merchant.stock(("MUG", "Leeds", 5), ("CUP", "Leeds", 3))
    outcome = merchant.stock(
        ("MUG", "Leeds", 4), ("CUP", "Leeds", 3), ("MUG", "York", 2), ("CUP", "York", 0)
    )

    assert outcome.counts["rows"] == Tally(created=2, changed=1, unchanged=1)


def test_unknown_skus_and_locations_are_refused_and_the_good_rows_imported(merchant):
    outcome = merchant.stock(("GHOST", "Leeds", 5), ("MUG", "Atlantis", 5), ("MUG", "Leeds", 5))

    assert reported(outcome.refused) == [(2, "SKU", "GHOST"), (3, "Location", "Atlantis")]
    assert levels(merchant) == [("MUG", "Leeds", 5)]


def test_a_repeated_import_does_not_restore_sold_units(merchant):
    merchant.stock(("MUG", "Leeds", 5), ("CUP", "York", 0))
    merchant.change(SOLD)
    outcome = merchant.stock(("MUG", "Leeds", 5), ("CUP", "York", 0))

    assert reported(outcome.skipped) == [(2, "On hand", "5")]
    assert "--as-count" in outcome.skipped[0].fix
    assert levels(merchant) == [("CUP", "York", 0), ("MUG", "Leeds", 4)]


def test_an_import_as_count_sets_moved_rows_and_the_next_import_may_change_them(merchant):
    merchant.stock(("MUG", "Leeds", 5))
    merchant.change(SOLD)
    counted = merchant.stock(("MUG", "Leeds", 5), as_count=True)
    again = merchant.stock(("MUG", "Leeds", 6))

    assert counted.counts["rows"] == again.counts["rows"] == Tally(changed=1)
    assert levels(merchant) == [("MUG", "Leeds", 6)]


def test_on_hand_is_always_the_sum_of_its_movements(merchant):
    for on_hand in (5, 2, 0, 9):
        merchant.clock.advance(timedelta(days=1))
        merchant.stock(("MUG", "Leeds", on_hand), ("CUP", "York", 9 - on_hand))

    assert unexplained(merchant) == []


def test_many_rows_take_as_many_statements_as_one(merchant):
    variants = [a_variant(f"S{n}") for n in range(200)]
    merchant.products(a_product("shirt", *variants))
    one = merchant.statements(lambda: merchant.stock(("MUG", "Leeds", 5)))
    many = merchant.statements(
        lambda: merchant.stock(*((f"S{n}", "York", n + 1) for n in range(200)))
    )

    assert len(one) == len(many) == 8


def test_two_imports_at_once_take_turns(merchant):
    skus = [f"S{n}" for n in range(100)]
    merchant.products(a_product("shirt", *(a_variant(sku) for sku in skus)))
    rows = [(sku, place, 1 + n) for n, sku in enumerate(skus) for place in ("Leeds", "York")]
    doubled = [(sku, place, 2 * units) for sku, place, units in reversed(rows)]
    threads = [
        threading.Thread(target=lambda file=file: [merchant.stock(*file) for _ in range(5)])
        for file in (rows, doubled)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert merchant.count("stock") == 200
    assert deadlocks(merchant.engine) == 0
    assert unexplained(merchant) == []
