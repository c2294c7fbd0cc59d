"""Customers of an imported history are customers like others: known, found, with a timeline of their own."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from app.adapters import file_import
from tests.core.test_import_history import CUT
from tests.drivers import customers
from tests.drivers.imports import Merchant, invoice_file, invoice_line
from tests.drivers.shop import Shop

SOURCE = "online-retail:"


@pytest.fixture
def merchant(shop: Shop, tmp_path: Path) -> Merchant:
    return Merchant(shop.engine, shop.clock, tmp_path / "reports")


def import_invoices(merchant: Merchant, content: bytes = CUT) -> None:
    assert merchant.file(file_import.history(), content).is_complete


def invoices_of(content: bytes) -> Counter[str]:
    """Count invoices by customer, independently of the import."""
    rows = csv.DictReader(io.StringIO(content.decode()))
    invoices = {(row["InvoiceNo"], row["CustomerID"].removesuffix(".0")) for row in rows}
    return Counter(SOURCE + customer for _, customer in invoices if customer)


def only_customer(merchant: Merchant) -> str:
    (customer,) = merchant.customers()
    return str(customer.id)


def orders_by_identity(merchant: Merchant) -> Counter[str]:
    owners = Counter(order.customer_id for order in merchant.order_records())
    return Counter({one.value: owners[one.customer_id] for one in merchant.identities()})


def test_each_customer_of_the_file_is_created_once_and_has_their_orders(merchant: Merchant) -> None:
    import_invoices(merchant)
    expected = invoices_of(CUT)
    assert dict(orders_by_identity(merchant)) == dict(expected)
    assert merchant.count("customers") == len(expected) > 20
    guests = [order for order in merchant.order_records() if order.customer_id is None]
    assert len(guests) == 39 - expected.total() > 0


def test_a_second_import_creates_no_customer(merchant: Merchant) -> None:
    for _ in range(2):
        import_invoices(merchant)
        assert merchant.count("identities") == len(invoices_of(CUT))
    assert len(merchant.events("customer.imported")) == len(invoices_of(CUT))


def test_a_customer_of_a_later_file_is_the_same_customer(merchant: Merchant) -> None:
    import_invoices(merchant, invoice_file(invoice_line("1")))
    import_invoices(merchant, invoice_file(invoice_line("2")))
    assert dict(orders_by_identity(merchant)) == {f"{SOURCE}17850": 2}


def test_the_timeline_shows_imported_orders_at_their_own_dates(
    merchant: Merchant, shop: Shop
) -> None:
    days = ("2011-02-01 08:26:00", "2011-06-03 10:00:00", "2011-03-09 12:00:00")
    lines = [invoice_line(f"{n}", price="5", InvoiceDate=day) for n, day in enumerate(days)]
    import_invoices(merchant, invoice_file(*lines))
    who = only_customer(merchant)
    reported = [
        (one["text"], one["at"][:10]) for one in customers.timeline(shop, who, "&kind=order")
    ]
    bought = "Bought earlier for £5.00"
    assert reported == [(bought, "2011-06-03"), (bought, "2011-03-09"), (bought, "2011-02-01")]
    assert [
        one["id"] for one in customers.at_till(shop, "provider_customer", f"{SOURCE}17850")
    ] == [who]


def test_older_orders_without_a_customer_get_one_by_a_second_import(
    merchant: Merchant, shop: Shop
) -> None:
    import_invoices(merchant)
    shop.change(
        "UPDATE orders SET customer_id = NULL", "DELETE FROM identities", "DELETE FROM customers"
    )
    import_invoices(merchant)
    assert dict(orders_by_identity(merchant)) == dict(invoices_of(CUT))
    assert shop.violations() == {}


def test_an_erased_customer_keeps_the_invoices_and_no_number(
    merchant: Merchant, shop: Shop
) -> None:
    import_invoices(merchant, invoice_file(invoice_line("1")))
    who = only_customer(merchant)
    customers.erase(shop, who)
    assert [contact for contact in merchant.contacts() if contact.import_source] == []
    import_invoices(merchant, invoice_file(invoice_line("1")))
    assert merchant.order_record().total == 1250
    assert merchant.count("customers") == 1
    assert shop.violations() == {}
