"""Merchants who change the same records at the same moment, on connections of their own."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core.catalogue import products
from app.core.catalogue.models import Variant
from app.core.catalogue.products import ChangeProduct, change_product
from app.core.errors import Conflict
from app.core.merchandising.new_variant import NewVariant
from app.core.merchandising.products import CreateProduct, create_product
from app.core.merchandising.variants import (
    AddVariant,
    ChangeVariant,
    WithdrawVariant,
    add_variant,
    change_variant,
    withdraw_variant,
)
from app.core.transaction import SYSTEM, Transaction
from tests.concurrency import waiting_for_locks
from tests.drivers.shop import Shop

MUG = CreateProduct(
    "GBP",
    "Mug",
    (NewVariant("S", barcode="1", price=900), NewVariant("L", barcode="2", price=1200)),
    publish=True,
)


def perform(shop: Shop, use_case: Callable[..., Any], command: Any) -> Any:
    return shop.app.extensions["runner"].perform(use_case, command)


@contextmanager
def in_progress(shop: Shop, use_case: Callable[..., Any], command: Any) -> Iterator[None]:
    """Run the use case in a transaction that commits when the block ends."""
    ports = shop.app.extensions["ports"]
    with Session(shop.engine) as session:
        tx = Transaction(session, ports.clock.now(), SYSTEM, ports)
        use_case(tx, command)
        tx.write()
        yield
        session.commit()


def meanwhile(shop: Shop, first: tuple[Any, Any], second: tuple[Any, Any]) -> "Future[Any]":
    """Return the outcome of `second`, which began while `first` was in progress and had to wait for it."""
    with ThreadPoolExecutor(1) as pool, in_progress(shop, *first):
        future = pool.submit(perform, shop, *second)
        wait_until(lambda: future.done() or waiting_for_locks(shop.engine) == 1)
        assert not future.done(), "it did not wait"
    return future


def conflict(outcome: "Future[Any]") -> Conflict:
    error = outcome.exception()
    assert isinstance(error, Conflict)
    return error


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (CreateProduct("GBP", "Mug"), "handle_taken"),
        (CreateProduct("GBP", "Cup", (NewVariant("S"),)), "sku_taken"),
        (CreateProduct("GBP", "Cup", (NewVariant("X", barcode="2"),)), "barcode_taken"),
    ],
)
def test_a_code_that_another_transaction_takes_at_the_same_moment_is_refused(shop, second, code):
    outcome = meanwhile(shop, (create_product, MUG), (create_product, second))
    assert conflict(outcome).code == code
    assert [(one.handle, one.skus) for one in shop.product_records()] == [("mug", "S 1 L 2")]


def test_a_barcode_set_on_two_variants_at_once_goes_to_the_first(shop):
    perform(shop, create_product, MUG)
    perform(shop, create_product, CreateProduct("GBP", "Cup", (NewVariant("CUP"),)))
    first = ChangeVariant("mug", "S", "GBP", {"barcode": "77"})
    second = ChangeVariant("cup", "CUP", "GBP", {"barcode": "77"})
    outcome = meanwhile(shop, (change_variant, first), (change_variant, second))
    assert conflict(outcome).code == "barcode_taken"
    assert conflict(outcome).data == {"barcode": "77", "sku": "S", "product": "mug"}


def test_two_variants_added_at_once_get_different_positions(shop):
    perform(shop, create_product, MUG)
    first = AddVariant("mug", "GBP", NewVariant("M"))
    second = AddVariant("mug", "GBP", NewVariant("XL"))
    assert meanwhile(shop, (add_variant, first), (add_variant, second)).result() == "mug"
    places = [(variant.sku, variant.position) for variant in shop.variants()]
    assert places == [("S", 1), ("L", 2), ("M", 3), ("XL", 4)]
    assert [product.skus for product in shop.product_records()] == ["S 1 L 2 M XL"]


def test_two_simultaneous_withdrawals_leave_the_last_variant_published(shop):
    perform(shop, create_product, MUG)
    first, second = (WithdrawVariant("mug", sku, "GBP") for sku in "SL")
    outcome = meanwhile(shop, (withdraw_variant, first), (withdraw_variant, second))
    assert conflict(outcome).code == "last_variant"
    assert [variant.sku for variant in shop.variants() if variant.active] == ["L"]


def test_without_the_lock_both_variants_would_be_withdrawn(shop):
    """The seeded bug: a twin that reads and then writes. The test above would catch it."""

    def careless(tx: Transaction, command: WithdrawVariant) -> str:
        others = text("SELECT count(*) FROM variants WHERE active AND sku <> :sku")
        assert tx.session.scalar(others, {"sku": command.sku})
        tx.session.execute(update(Variant).where(Variant.sku == command.sku).values(active=False))
        return command.handle

    perform(shop, create_product, MUG)
    first, second = (WithdrawVariant("mug", sku, "GBP") for sku in "SL")
    with pytest.raises(AssertionError, match="did not wait"):
        meanwhile(shop, (careless, first), (careless, second))
    assert "L" not in [variant.sku for variant in shop.variants() if variant.active]


def test_a_second_import_waits_for_the_first_before_it_locks_rows(shop, caplog):
    """Otherwise each would wait for the other until PostgreSQL ends one of them and it begins again."""
    caplog.set_level(logging.INFO)
    perform(shop, create_product, MUG)

    def import_twin(tx: Transaction, _: None) -> None:
        tx.session.execute(text("LOCK TABLE products, variants IN SHARE ROW EXCLUSIVE MODE"))
        imported.wait(5)
        tx.session.execute(text("UPDATE products SET title = 'Imported', updated_at = now()"))

    imported = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        importing = pool.submit(perform, shop, import_twin, None)
        wait_until(lambda: bool(shop.rows(_TABLE_LOCKS)))
        editing = pool.submit(
            perform, shop, change_product, ChangeProduct("mug", {"title": "Beaker"})
        )
        wait_until(lambda: waiting_for_locks(shop.engine) == 1)
        imported.set()
        assert (importing.result(5), editing.result(5)) == (None, "mug")
    assert [product.title for product in shop.product_records()] == ["Beaker"]
    assert "transaction_repeated" not in caplog.text


def test_a_reader_of_a_product_does_not_wait_for_a_writer(shop):
    perform(shop, create_product, MUG)
    with in_progress(shop, products.lock, "mug"):
        assert shop.client.get("/api/v1/products/mug").status_code == 200


_TABLE_LOCKS = """
    SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.mode = 'ShareRowExclusiveLock' AND l.granted
"""
