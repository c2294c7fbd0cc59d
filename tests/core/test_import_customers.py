"""Customers of an imported history are customers like others: known, found, with a timeline of their own."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from app.adapters import file_import
from tests import people
from tests.core.test_import_history import CUT
from tests.imports import Merchant, invoice_file, invoice_line
from tests.shop import Shop

SOURCE = "online-retail:"
OF_ORDERS = """
    SELECT i.value, count(*) FROM orders o JOIN identities i ON i.customer_id = o.customer_id GROUP BY i.value
"""


@pytest.fixture
def merchant(shop: Shop, tmp_path: Path) -> Merchant:
    return Merchant(shop.engine, shop.clock, tmp_path / "reports")


def bring_in(merchant: Merchant, content: bytes = CUT) -> None:
    assert merchant.file(file_import.history(), content).is_complete


def invoices_of(content: bytes) -> Counter[str]:
    """Invoices by customer, counted by other means than ours."""
    rows = csv.DictReader(io.StringIO(content.decode()))
    invoices = {(row["InvoiceNo"], row["CustomerID"].removesuffix(".0")) for row in rows}
    return Counter(SOURCE + customer for _, customer in invoices if customer)


def test_each_customer_of_the_file_is_one_and_has_her_orders(merchant: Merchant) -> None:
    bring_in(merchant)
    expected = invoices_of(CUT)
    assert dict(merchant.rows(OF_ORDERS)) == dict(expected)
    assert merchant.one("SELECT count(*) FROM customers") == len(expected) > 20
    guests = "SELECT count(*) FROM orders WHERE customer_id IS NULL"
    assert merchant.one(guests) == 39 - expected.total() > 0


def test_a_second_time_makes_nobody_again(merchant: Merchant) -> None:
    for _ in range(2):
        bring_in(merchant)
        assert merchant.one("SELECT count(*) FROM identities") == len(invoices_of(CUT))
    assert merchant.one("SELECT count(*) FROM events WHERE kind = 'customer.imported'") == len(
        invoices_of(CUT)
    )


def test_one_who_comes_again_in_a_later_file_is_the_same(merchant: Merchant) -> None:
    bring_in(merchant, invoice_file(invoice_line("1")))
    bring_in(merchant, invoice_file(invoice_line("2")))
    assert merchant.rows(OF_ORDERS) == [(f"{SOURCE}17850", 2)]


def test_her_timeline_has_what_she_bought_when_she_bought_it(
    merchant: Merchant, shop: Shop
) -> None:
    days = ("2011-02-01 08:26:00", "2011-06-03 10:00:00", "2011-03-09 12:00:00")
    lines = [invoice_line(f"{n}", price="5", InvoiceDate=day) for n, day in enumerate(days)]
    bring_in(merchant, invoice_file(*lines))
    who = str(merchant.one("SELECT id FROM customers"))
    told = [(one["text"], one["at"][:10]) for one in people.timeline(shop, who, "&kind=order")]
    bought = "Bought earlier for £5.00"
    assert told == [(bought, "2011-06-03"), (bought, "2011-03-09"), (bought, "2011-02-01")]
    assert [one["id"] for one in people.at_till(shop, "provider_customer", f"{SOURCE}17850")] == [
        who
    ]


def test_orders_of_before_customers_were_kept_get_theirs_by_a_second_run(
    merchant: Merchant, shop: Shop
) -> None:
    bring_in(merchant)
    shop.change(
        "UPDATE orders SET customer_id = NULL", "DELETE FROM identities", "DELETE FROM customers"
    )
    bring_in(merchant)
    assert dict(merchant.rows(OF_ORDERS)) == dict(invoices_of(CUT))
    assert shop.violations() == {}


def test_one_who_was_erased_keeps_her_invoices_and_no_number(
    merchant: Merchant, shop: Shop
) -> None:
    bring_in(merchant, invoice_file(invoice_line("1")))
    who = str(merchant.one("SELECT id FROM customers"))
    people.erase(shop, who)
    assert merchant.one("SELECT count(*) FROM contacts WHERE import_source IS NOT NULL") == 0
    bring_in(merchant, invoice_file(invoice_line("1")))
    assert merchant.rows("SELECT total FROM orders") == [(1250,)]
    assert merchant.one("SELECT count(*) FROM customers") == 1
    assert shop.violations() == {}
