"""`flask prices verify` recomputes every order and finds a planted difference."""

import json
from typing import Any

import pytest
from click.testing import Result

from app.adapters import file_import
from app.cli.prices import prices
from tests.drivers.imports import Merchant, invoice_file, invoice_line
from tests.drivers.shop import Shop
from tests.reads.orders import OrderRecord


@pytest.fixture
def books(shop: Shop, tmp_path: Any) -> Shop:
    """Create an order that was placed, and two that were imported."""
    shop.stock("MUG", 833, lds=5)
    shop.order({"MUG": 3})
    merchant = Merchant(shop.engine, shop.clock, tmp_path)
    rows = [invoice_line("1", price="0.001"), invoice_line("1"), invoice_line("C2", quantity="-2")]
    assert merchant.file(file_import.history(), invoice_file(*rows)).is_complete
    return shop


def verify(shop: Shop, *options: str) -> Result:
    return shop.app.test_cli_runner().invoke(prices, ["verify", *options])


def test_placed_and_imported_orders_pass(books: Shop) -> None:
    result = verify(books)
    assert (result.exit_code, result.stdout) == (0, "3 orders recomputed: none of them differ.\n")


PLANTED = {
    "total": "UPDATE orders SET total = total + 1, net = net + 1 WHERE id = :order",
    "net": "UPDATE orders SET net = net + 1 WHERE id = :order",
    "tax": "UPDATE orders SET tax = tax + 1 WHERE id = :order",
    "hash": "UPDATE orders SET quote_hash = repeat('0', 64) WHERE id = :order",
    "facts": "UPDATE orders SET quote = jsonb_set(quote, '{lines,0,tax}', '7') WHERE id = :order",
    "lines": "UPDATE order_lines SET unit_price = unit_price + 1 WHERE order_id = :order",
}
SOURCES = {"placed": None, "imported": "online-retail:C2"}


def order_from(books: Shop, which: str) -> OrderRecord:
    (order,) = [one for one in books.order_records() if one.import_source == SOURCES[which]]
    return order


@pytest.mark.parametrize("which", SOURCES)
@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_difference_is_reported_and_exits_1(books: Shop, what: str, which: str) -> None:
    order = order_from(books, which)
    books.change(PLANTED[what], order=order.id)
    result = verify(books)
    assert result.exit_code == 1
    assert f"{order.number} {what}: stored " in result.stdout
    assert result.stdout.endswith("3 orders recomputed: 1 of them differ.\n")


@pytest.mark.parametrize("spoilt", ["{}", "[]", '{"kind": "as_invoiced", "lines": [{}]}'])
def test_corrupt_facts_of_one_order_do_not_end_the_check_of_the_others(
    books: Shop, spoilt: str
) -> None:
    books.change(
        "UPDATE orders SET quote = CAST(:spoilt AS jsonb) WHERE status = 'placed'", spoilt=spoilt
    )
    books.change(PLANTED["tax"], order=order_from(books, "imported").id)
    reported = json.loads(verify(books, "--json").stdout)
    assert (reported["checked"], reported["differing"]) == (3, 2)
    assert {one["what"] for one in reported["differences"]} == {"facts", "tax"}


def test_a_missing_line_is_a_difference(books: Shop) -> None:
    books.change("DELETE FROM order_lines WHERE position = 2")
    reported = json.loads(verify(books, "--json").stdout)
    assert [one["what"] for one in reported["differences"]] == ["lines"]
