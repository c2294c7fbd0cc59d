"""Old invoices become closed orders, correct to the penny; see tests/data/README.md."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.adapters import file_import
from app.adapters.file_import import ImportResult
from app.core import event_chain
from app.core.catalogue.import_outcome import Tally
from app.core.order_import import lock
from app.core.order_import.import_orders import ImportOrders, Invoice, InvoiceLine, import_orders
from app.core.orders.describe import describe_order
from app.core.pricing.engine.invoiced import InvoicedItem
from tests.core.test_concurrent_merchants import meanwhile
from tests.databases import TUESDAY_NOON
from tests.drivers.imports import Merchant, a_product, a_variant, invoice_file, invoice_line
from tests.drivers.shop import Shop
from tests.reads.orders import OrderLine, OrderRecord

CUT = (Path(__file__).parents[1] / "data" / "online_retail_cut.csv").read_bytes()


@pytest.fixture
def merchant(shop: Shop, tmp_path: Path) -> Merchant:
    return Merchant(shop.engine, shop.clock, tmp_path / "reports")


def import_invoices(merchant: Merchant, *lines: str) -> ImportResult:
    return merchant.file(file_import.history(), invoice_file(*lines) if lines else CUT)


def sums(content: bytes) -> dict[str, int]:
    """Add up the pence of each invoice, independently of the import."""
    of: dict[str, int] = defaultdict(int)
    for row in csv.DictReader(io.StringIO(content.decode())):
        amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"]) * 100
        of[row["InvoiceNo"]] += int(amount.quantize(Decimal(1), ROUND_HALF_UP))
    return of


def order(merchant: Merchant, number: str) -> OrderRecord:
    source = f"online-retail:{number}"
    (found,) = [one for one in merchant.order_records() if one.import_source == source]
    return found


def lines(merchant: Merchant, number: str) -> list[OrderLine]:
    return merchant.order_lines(order(merchant, number))


def test_each_invoice_has_the_total_of_the_file_to_the_penny(merchant: Merchant) -> None:
    result = import_invoices(merchant)

    expected = sums(CUT)
    stored = {str(one.import_source): one.total for one in merchant.order_records()}
    assert stored == {f"online-retail:{number}": total for number, total in expected.items()}
    assert result.is_complete
    assert result.outcome.total == sum(expected.values())
    assert result.outcome.counts["orders"] == Tally(created=39)
    assert result.outcome.counts["lines"] == Tally(created=191)


def test_a_second_import_changes_nothing(merchant: Merchant) -> None:
    first = import_invoices(merchant)
    tables = ("events", "contacts")
    after_first = merchant.counts(tables)
    second = import_invoices(merchant)

    assert not any(tally.written for tally in second.outcome.counts.values())
    assert second.outcome.total == first.outcome.total
    assert merchant.counts(tables) == after_first


def test_an_imported_order_creates_no_task_and_moves_no_stock(merchant: Merchant) -> None:
    import_invoices(merchant)
    tables = "reservations", "stock_movements", "payments", "payment_events", "tasks", "fulfilments"
    for table in (*tables, "threads", "messages", "procrastinate_jobs"):
        assert merchant.count(table) == 0, table
    channels = {client.id: client.sales_channel for client in merchant.api_clients()}
    assert {
        (one.status, one.started_channel, channels[one.client_id])
        for one in merchant.order_records()
    } == {("imported", "import", "import")}


def test_imported_orders_violate_no_invariant(merchant: Merchant, shop: Shop) -> None:
    import_invoices(merchant)
    with Session(shop.engine) as session:
        while event_chain.seal(session):
            pass
    assert shop.violations() == {}


def test_vat_is_that_of_the_day_and_only_domestic(merchant: Merchant) -> None:
    days = {"1": "2011-01-03 23:59:00", "2": "2011-01-04 00:00:00", "3": "2011-05-01 12:00:00"}
    home = [invoice_line(number, price="100", InvoiceDate=day) for number, day in days.items()]
    import_invoices(merchant, *home, invoice_line("4", price="100", Country="EIRE"))

    orders = [order(merchant, number) for number in "1234"]
    taxes = [(one.net, one.tax) for one in orders]
    assert taxes == [(8511, 1489), (8333, 1667), (8333, 1667), (10000, 0)]


def test_returned_goods_are_a_quantity_at_a_negative_price(merchant: Merchant) -> None:
    import_invoices(merchant)
    last = lines(merchant, "C539329")[-1]
    assert (last.quantity, last.unit_price, last.total) == (500, -255, -127500)
    (only,) = lines(merchant, "536589")
    assert (only.quantity, only.unit_price, only.total) == (10, 0, 0)


def test_one_sku_at_two_prices_stays_two_lines(merchant: Merchant) -> None:
    import_invoices(merchant)
    first, second = lines(merchant, "557272")
    assert first.sku == second.sku
    assert first.unit_price != second.unit_price


def test_fees_and_manual_lines_are_distinguished_from_goods(merchant: Merchant) -> None:
    import_invoices(merchant)
    kinds = {(line.kind, line.sku) for line in merchant.order_lines() if line.kind != "item"}
    assert sorted(kinds) == [
        ("fee", "AMAZONFEE"), ("fee", "BANK CHARGES"), ("fee", "C2"), ("fee", "DOT"), ("fee", "POST"),
        ("manual", "D"), ("manual", "M"), ("manual", "S"),
    ]  # fmt: skip


def test_a_thousandth_of_a_pound_is_rounded_and_reported_as_a_note(merchant: Merchant) -> None:
    result = import_invoices(merchant)
    assert result.report
    assert "UnitPrice,0.001,Imported as £0.00: 1 × 0.001" in result.report.read_text()
    assert (result.is_complete, result.with_notes) == (True, 1)


def test_a_variant_is_found_by_its_code_in_lower_case_too(
    merchant: Merchant,
) -> None:
    merchant.products(a_product("heart", a_variant("85123A")))
    import_invoices(merchant, invoice_line("1", "85123a"), invoice_line("2", "GONE"))
    (known,), (unknown,) = lines(merchant, "1"), lines(merchant, "2")
    assert (known.sku, known.variant_id is None) == ("85123a", False)
    assert (unknown.sku, unknown.variant_id is None) == ("GONE", True)


def test_variants_created_later_are_linked_by_a_second_import(
    merchant: Merchant,
) -> None:
    rows = invoice_line("1", "85123a"), invoice_line("2", "GONE"), invoice_line("3", "POST")
    import_invoices(merchant, *rows)
    merchant.products(a_product("heart", a_variant("85123A")), a_product("post", a_variant("POST")))
    result = import_invoices(merchant, *rows)

    counts = result.outcome.counts
    assert (counts["links"], counts["prices"]) == (Tally(created=1), Tally(created=1))
    linked = [[line.variant_id is not None for line in lines(merchant, number)] for number in "123"]
    assert linked == [[True], [False], [False]]


def test_a_customer_has_one_contact_without_a_name_and_each_guest_has_their_own(
    merchant: Merchant,
) -> None:
    guest = {"CustomerID": ""}
    import_invoices(merchant, invoice_line("1"), invoice_line("2"))
    import_invoices(
        merchant,
        invoice_line("3"),
        invoice_line("4", **guest),
        invoice_line("5", **guest),
    )

    contact = [order(merchant, number).contact_id for number in "12345"]
    assert contact[0] == contact[1] == contact[2]
    assert len(set(contact)) == 3
    ways = {(one.name, one.email, one.phone) for one in merchant.contacts()}
    assert ways == {(None, None, None)}


def test_an_imported_invoice_is_not_changed_by_other_lines(merchant: Merchant) -> None:
    import_invoices(merchant, invoice_line("1", price="1.00"))
    result = import_invoices(
        merchant, invoice_line("1", price="2.00"), invoice_line("2", price="3.00")
    )
    assert result.refused == 1
    assert (order(merchant, "1").total, order(merchant, "2").total) == (100, 300)


def test_the_time_of_an_invoice_is_read_as_london_time(merchant: Merchant) -> None:
    import_invoices(merchant, invoice_line("1", InvoiceDate="2011-06-30 20:08:00"))
    assert f"{order(merchant, '1').placed_at.astimezone(UTC):%H:%M}" == "19:08"


def test_flask_order_show_prints_an_imported_order(merchant: Merchant, shop: Shop) -> None:
    import_invoices(merchant, invoice_line("C1", "D", "-1", "27.50"))
    number = order(merchant, "C1").number
    with Session(shop.engine) as session:
        reported = "\n".join(describe_order(session, number))
    assert "imported from online-retail:C1, of 2011-02-01 08:26 UTC" in reported
    assert "1 × D THE D at −£27.50 = −£27.50" in reported
    assert "imported by merchant (import): total −£27.50" in reported


def test_shoppers_and_tills_do_not_see_imported_orders(merchant: Merchant, shop: Shop) -> None:
    import_invoices(merchant, invoice_line("1"))
    number = order(merchant, "1").number
    assert shop.call("GET", f"/api/pos/v1/orders/{number}", shop.tokens["lds"]).status_code == 404
    assert shop.call("GET", "/api/pos/v1/tasks", shop.tokens["lds"]).get_json()["items"] == []


def test_a_long_file_takes_no_more_statements_per_row_than_a_short_one(
    merchant: Merchant,
) -> None:
    def numbered(count: int, first: int) -> Iterator[str]:
        return (invoice_line(str(first + place // 5)) for place in range(count))

    few = merchant.statements(lambda: import_invoices(merchant, *numbered(5, 1000)))
    many = merchant.statements(lambda: import_invoices(merchant, *numbered(400, 2000)))
    assert len(many) <= len(few)


def test_two_simultaneous_imports_create_each_invoice_once(shop: Shop) -> None:
    second = meanwhile(shop, *[(import_orders, one_invoice())] * 2).result()
    assert second.counts["orders"] == Tally(unchanged=1)
    assert len(shop.order_records()) == 1
    assert [client.sales_channel for client in shop.api_clients()].count("import") == 1


def test_without_the_lock_the_second_import_would_fail(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seeded bug: both look, neither finds the invoice, and both write it."""
    monkeypatch.setattr(lock, "_LOCK", text("SELECT 1"))
    second = meanwhile(shop, *[(import_orders, one_invoice())] * 2)
    assert isinstance(second.exception(), IntegrityError)


def one_invoice() -> ImportOrders:
    sold = InvoicedItem("MUG", 1, Decimal(1250), 200_000)
    line = InvoiceLine(2, "item", "Mug", "12.50", sold)
    return ImportOrders("old-shop", "GBP", [Invoice("1", TUESDAY_NOON, "7", [line])])
