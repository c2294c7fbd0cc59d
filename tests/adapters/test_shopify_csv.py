import io
from typing import Any

import pytest

from app.adapters import shopify_csv
from app.core.catalogue.import_outcome import Problem
from app.core.merchandising.import_products import ProductRows
from tests.drivers.imports import product_file, product_line, reported, stock_file


def read(*lines: str, currency: str = "GBP") -> list[ProductRows]:
    return [item for item in everything(*lines, currency=currency) if isinstance(item, ProductRows)]


def problems(*lines: str) -> list[tuple[int, str, str]]:
    return reported([item for item in everything(*lines) if isinstance(item, Problem)])


def everything(*lines: str, currency: str = "GBP") -> list[Any]:
    return list(shopify_csv.products(io.BytesIO(product_file(*lines)), currency))


def skus(products: list[ProductRows]) -> dict[str, list[str]]:
    return {product.handle: [row.sku for row in product.variants] for product in products}


STYLES = {"Option1_Name": "Style", "Option1_Value": "Red", "Option2_Name": "Size"}


def test_a_product_without_options_is_read_completely():
    [mug] = read(
        product_line(
            "mug", "Mug", "M-1", "12.50", Vendor="Potter", Type="Kitchen", Tags="a;b",
            Variant_Grams="300.0", Variant_Barcode="2000000000015", Cost_per_item="4",
        ).replace("a;b", '"tea, gifts,,tea"')
    )  # fmt: skip
    assert mug.handle == "mug"
    assert mug.fields == {
        "title": "Mug", "status": "active", "description": "", "vendor": "Potter",
        "category": "Kitchen", "tags": ["tea", "gifts"],
    }  # fmt: skip
    [row] = mug.variants
    assert (row.line, row.sku, row.price, row.cost) == (2, "M-1", 1250, 400)
    assert row.fields == {"barcode": "2000000000015", "grams": 300, "options": {}}


def test_later_rows_take_the_option_names_of_the_first_row():
    [mug] = read(
        product_line("mug", "Mug", "R", "1", **STYLES, Option2_Value="S"),
        product_line("mug", "", "B", "1", Option1_Value="Blue", Option2_Value="L"),
    )
    assert [row.fields["options"] for row in mug.variants] == [
        {"Style": "Red", "Size": "S"}, {"Style": "Blue", "Size": "L"}
    ]  # fmt: skip


def test_a_separated_row_joins_its_product_as_a_variant():
    products = read(
        product_line("mug", "Mug", "R", "1", **STYLES),
        product_line("cup", "Cup", "C", "1"),
        product_line("mug", "", "B", "1", Option1_Value="Blue"),
        product_line("cup", "Cup again", "C2", "1"),
    )
    assert [(product.handle, product.fields is None) for product in products] == [
        ("mug", False), ("cup", False), ("mug", True), ("cup", True)
    ]  # fmt: skip
    assert products[2].variants[0].fields["options"] == {"Style": "Blue"}


def test_a_row_with_only_an_extra_image_is_skipped():
    products = read(
        product_line("mug", "Mug", "M", "1", Image_Src="https://example.com/1.jpg"),
        product_line("mug", Image_Src="https://example.com/2.jpg"),
    )
    assert skus(products) == {"mug": ["M"]}


@pytest.mark.parametrize(
    ("status", "published", "stored"),
    [
        ("active", "TRUE", "active"), ("active", "FALSE", "draft"), ("draft", "TRUE", "draft"),
        ("archived", "TRUE", "archived"), ("Active", "true", "active"), ("", "", "active"),
    ],
)  # fmt: skip
def test_only_active_and_published_products_are_on_sale(status, published, stored):
    [mug] = read(product_line("mug", "Mug", "M", "1", Status=status, Published=published))
    assert mug.fields is not None
    assert mug.fields["status"] == stored


def test_missing_columns_set_nothing():
    file = io.BytesIO(b"Handle,Title,Variant SKU,Variant Price\nmug,Mug,M,1\n")
    [mug] = shopify_csv.products(file, "GBP")
    assert isinstance(mug, ProductRows)
    assert mug.fields == {"title": "Mug"}
    assert mug.variants[0].fields == {}


def test_the_apostrophe_against_spreadsheet_rounding_is_not_part_of_a_code():
    [mug] = read(product_line("mug", "Mug", "'0012", "1", Variant_Barcode="'2000000000015"))
    assert (mug.variants[0].sku, mug.variants[0].fields["barcode"]) == ("0012", "2000000000015")


@pytest.mark.parametrize(
    ("different", "column", "value"),
    [
        ({"Variant_SKU": ""}, "Variant SKU", ""),
        ({"Variant_SKU": "'"}, "Variant SKU", "'"),
        ({"Variant_SKU": "A/B"}, "Variant SKU", "A/B"),
        ({"Variant_SKU": "x" * 65}, "Variant SKU", "x" * 65),
        ({"Variant_Price": "abc"}, "Variant Price", "abc"),
        ({"Variant_Price": "-1"}, "Variant Price", "-1"),
        ({"Variant_Price": "1.005"}, "Variant Price", "1.005"),
        ({"Cost_per_item": "cheap"}, "Cost per item", "cheap"),
        ({"Variant_Grams": "heavy"}, "Variant Grams", "heavy"),
        ({"Status": "sold"}, "Status", "sold"),
        ({"Published": "maybe"}, "Published", "maybe"),
        ({"Handle": ""}, "Handle", ""),
        ({"Handle": "a/b"}, "Handle", "a/b"),
        ({"Title": "x" * 256}, "Title", "x" * 200),
        ({"Option1_Name": "", "Option1_Value": "Red"}, "Option1 Name", ""),
    ],
)
def test_a_bad_cell_is_reported_with_line_column_and_value(different, column, value):
    good = {"Handle": "mug", "Title": "Mug", "Variant_SKU": "M", "Variant_Price": "1"}
    cells = good | {"Published": "TRUE", "Status": "active"} | different
    found = problems(product_line("cup", "Cup", "C", "1"), product_line("", **cells))
    assert [(line, named) for line, named, _ in found] == [(3, column)]
    assert found[0][2][:199] == value[:199]


def test_a_bad_variant_does_not_spoil_its_product():
    lines = (
        product_line("mug", "Mug", "R", "abc", **STYLES),
        product_line("mug", "", "B", "1", Option1_Value="B"),
    )
    assert problems(*lines) == [(2, "Variant Price", "abc")]
    assert skus(read(*lines)) == {"mug": ["B"]}


def test_the_variants_of_a_bad_product_are_refused_with_it():
    lines = (
        product_line("cup", "Cup", "C", "1"),
        product_line("mug", "Mug", "R", "1", Status="sold"),
        product_line("mug", "", "B", "1", Option1_Value="Blue"),
    )
    assert problems(*lines) == [(3, "Status", "sold"), (4, "Handle", "mug")]
    assert skus(read(*lines)) == {"cup": ["C"]}


def test_an_option_without_a_product_is_refused():
    lines = (
        product_line("cup", "Cup", "C", "1"),
        product_line("ghost", "", "G", "1", Option1_Value="Red"),
    )
    assert problems(*lines) == [(3, "Handle", "ghost")]


def test_the_second_of_two_equal_skus_or_barcodes_is_refused_anywhere_in_the_file():
    lines = (
        product_line("a", "A", "1", "1", Variant_Barcode="77"),
        product_line("b", "B", "2", "1", Variant_Barcode="77"),
        product_line("c", "C", "1", "1", Variant_Barcode="78"),
        product_line("d", "D", "2", "1", Variant_Barcode="78"),
    )
    assert problems(*lines) == [(3, "Variant Barcode", "77"), (4, "Variant SKU", "1")]
    assert skus(read(*lines)) == {"a": ["1"], "d": ["2"]}


def test_prices_are_read_in_the_requested_currency():
    [mug] = read(product_line("mug", "Mug", "M", "1250"), currency="JPY")
    assert mug.variants[0].price == 1250


def stock(*rows: tuple[str, str, int | str]) -> list[Any]:
    return list(shopify_csv.stock(io.BytesIO(stock_file(*rows))))


def test_stock_is_the_on_hand_quantity_and_unstocked_rows_are_skipped():
    [mug, cup] = stock(
        ("M", "Leeds", 5),
        ("M", "York", "not stocked"),
        ("C", "York", "Not stocked"),
        ("C", "Leeds", 0),
    )
    assert (mug.line, mug.sku, mug.location, mug.on_hand) == (2, "M", "Leeds", 5)
    assert (cup.line, cup.on_hand) == (5, 0)


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (("", "Leeds", 5), "SKU", ""),
        (("M", "", 5), "Location", ""),
        (("M", "Leeds", -5), "On hand", "-5"),
        (("M", "Leeds", "1.5"), "On hand", "1.5"),
        (("M", "Leeds", ""), "On hand", ""),
        (("C", "Leeds", 4), "SKU", "C"),
    ],
)
def test_a_bad_stock_row_is_reported_with_line_column_and_value(row, column, value):
    assert reported(stock(("C", "Leeds", 1), row)[1:]) == [(3, column, value)]
