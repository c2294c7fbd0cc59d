import csv
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters import file_import
from app.core.catalogue.import_outcome import Tally
from tests.drivers.imports import Merchant, product_file, product_line, stock_file

DEMO = Path(__file__).parents[2] / "demo"
CATALOGUE, STOCK = file_import.catalogue("GBP"), file_import.stock(False, "GBP")
DEMO_FILES = (
    (file_import.locations(), "locations.csv"),
    (CATALOGUE, "products_export.csv"),
    (STOCK, "inventory_export.csv"),
)


@pytest.fixture
def merchant(engine, clock, tmp_path):
    return Merchant(engine, clock, tmp_path / "reports")


def import_demo(merchant: Merchant) -> dict[str, Tally]:
    counts: dict[str, Tally] = {}
    for source, name in DEMO_FILES:
        result = merchant.file(source, (DEMO / name).read_bytes())
        assert result.is_complete
        counts.update(result.outcome.counts)
    return counts


def test_the_demo_shop_is_imported_completely_and_a_second_import_changes_nothing(merchant):
    first = import_demo(merchant)
    tables = ("events", "prices")
    after_first = merchant.counts(tables)
    merchant.clock.advance(timedelta(days=1))
    second = import_demo(merchant)

    assert first["locations"] == Tally(created=12)
    assert first["products"] == Tally(created=300)
    assert first["variants"] == first["prices"] == Tally(created=467)
    assert first["rows"] == Tally(created=5604)
    assert not any(tally.written for tally in second.values())
    assert merchant.counts(tables) == after_first


def test_the_search_finds_the_demo_products_and_most_can_be_bought(merchant):
    import_demo(merchant)

    active = [product for product in merchant.product_records() if product.status == "active"]
    assert len({product.category for product in active}) == 16
    assert merchant.products_found("lunch & box") > 3
    in_stock = [level.on_hand > 0 for level in merchant.stock_levels()]
    assert sum(in_stock) / len(in_stock) > 0.6


def test_bad_rows_are_reported_with_a_remedy_and_the_good_rows_are_imported(merchant):
    content = product_file(
        product_line("mug", "Mug", "M", "12.50", Variant_Barcode="1"),
        product_line("no-sku", "No SKU", "", "1"),
        product_line("abc", "Abc", "A", "abc"),
        product_line("cup", "Cup", "C", "1", Variant_Barcode="1"),
        product_line("ghost", "", "G", "1", Option1_Value="Red"),
        product_line("caf", "Caf\xe9", "L", "1"),
        product_line("tea", "Tea", "T", "3"),
    ).replace("é".encode(), b"\xe9")
    result = merchant.file(CATALOGUE, content)

    assert (result.refused, result.is_complete) == (5, False)
    assert sorted(variant.sku for variant in merchant.variants()) == ["M", "T"]
    assert result.report is not None
    assert result.report.name == "import-catalogue-20541124T120000Z.csv"
    with result.report.open(encoding="utf-8", newline="") as file:
        report = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["value"]) for row in report] == [
        ("3", "Variant SKU", ""), ("4", "Variant Price", "abc"), ("5", "Variant Barcode", "1"),
        ("6", "Handle", "ghost"), ("7", "Title", "Caf�"),
    ]  # fmt: skip
    assert all(row["fix"] for row in report)
    assert "UTF-8" in report[4]["fix"]


def test_the_report_keeps_the_order_of_the_file(merchant):
    content = stock_file(("GHOST", "Leeds", 1), ("M", "Leeds", -1), ("GHOST", "York", 2))
    result = merchant.file(STOCK, content)

    assert result.report is not None
    lines = result.report.read_text(encoding="utf-8").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["line", "2", "3", "4"]


def test_two_reports_of_the_same_second_have_different_names(merchant):
    first, second = (merchant.file(STOCK, stock_file(("GHOST", "Leeds", 1))) for _ in range(2))
    assert first.report != second.report


def test_a_good_file_leaves_no_report(merchant):
    assert (
        merchant.file(CATALOGUE, product_file(product_line("mug", "Mug", "M", "1"))).report is None
    )
    assert not merchant.reports.exists()


def test_an_unreadable_file_changes_nothing_and_names_the_reason(merchant):
    result = merchant.file(CATALOGUE, b"Handle,Title\nmug,Mug\n")
    assert result.error is not None
    assert "Variant SKU, Variant Price" in result.error
    assert not result.is_complete


def test_rows_imported_before_a_failure_stay_and_a_repeated_import_completes_them(merchant):
    lines = [
        product_line(f"p{n}", f"P {n}", f"S{n}", "1") for n in range(file_import.CHUNK_ROWS + 1)
    ]
    broken = product_file(*lines) + b"x" * (1 << 21)
    assert merchant.file(CATALOGUE, broken).error is not None
    assert merchant.count("products") == file_import.CHUNK_ROWS
    result = merchant.file(CATALOGUE, product_file(*lines))
    assert result.outcome.counts["products"] == Tally(created=1, unchanged=file_import.CHUNK_ROWS)


def test_a_duplicate_barcode_is_found_across_transactions(merchant):
    lines = [
        product_line(f"p{n}", f"P {n}", f"S{n}", "1", Variant_Barcode=str(n))
        for n in range(file_import.CHUNK_ROWS)
    ]
    again = product_line("again", "Again", "AGAIN", "1", Variant_Barcode="0")
    assert merchant.file(CATALOGUE, product_file(*lines, again)).refused == 1


def test_two_simultaneous_imports_of_one_file_import_it_once(merchant):
    lines = [
        product_line(f"p{n}", f"P {n}", f"S{n}", "1", Variant_Barcode=str(n)) for n in range(1200)
    ]
    results = []
    threads = [
        threading.Thread(
            target=lambda: results.append(merchant.file(CATALOGUE, product_file(*lines)))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    variants = [result.outcome.counts["variants"] for result in results]
    assert variants[0] + variants[1] == Tally(created=1200, unchanged=1200)
    assert merchant.count("prices") == 1200
