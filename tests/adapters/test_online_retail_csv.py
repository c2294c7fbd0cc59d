"""An invoice is read completely or not at all, and each bad row is reported with its remedy."""

import gzip
import io
from collections.abc import Iterator
from decimal import Decimal

import pytest

from app.adapters import online_retail_csv
from app.adapters.gzipped import decompressed
from app.core.catalogue.import_outcome import Problem
from app.core.errors import Invalid
from app.core.order_import.import_orders import Invoice
from tests.drivers.imports import invoice_file, invoice_line, reported


def read(*lines: str) -> tuple[dict[str, int], list[Problem]]:
    """Return the number of lines of each invoice, and the problems."""
    found = list(online_retail_csv.invoices(io.BytesIO(invoice_file(*lines))))
    invoices = {one.number: len(one.lines) for one in found if isinstance(one, Invoice)}
    return invoices, [one for one in found if isinstance(one, Problem)]


def one_line(**different: str) -> Invoice:
    row = invoice_line("1", **different)
    (invoice,) = online_retail_csv.invoices(io.BytesIO(invoice_file(row)))
    assert isinstance(invoice, Invoice)
    return invoice


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Quantity", "0"), ("Quantity", "1.5"), ("Quantity", ""), ("Quantity", "many"),
        ("UnitPrice", ""), ("UnitPrice", "1e3"), ("UnitPrice", "£5"), ("UnitPrice", "999999999999"),
        ("InvoiceDate", "01/12/2010 8:26"), ("InvoiceDate", "0001-01-01"), ("InvoiceDate", ""),
        ("StockCode", ""), ("Country", ""), ("InvoiceNo", ""),
    ],
)  # fmt: skip
def test_a_bad_cell_is_reported_and_other_invoices_are_read(column: str, value: str) -> None:
    cells = {"InvoiceNo": "2"} | {column: value}
    bad = invoice_line(cells.pop("InvoiceNo"), **cells)
    invoices, problems = read(invoice_line("1"), invoice_line("1"), bad, *_far(), invoice_line("3"))
    assert reported(problems)[0] == (4, column, value)
    assert invoices["3"] == 1
    assert ("1" in invoices) == (column != "InvoiceNo")


def _far() -> Iterator[str]:
    """Separate a row without a customer from another invoice, so that it cannot belong to that invoice."""
    yield invoice_line("far")


def test_an_invoice_with_a_bad_row_is_refused_completely() -> None:
    invoices, problems = read(
        invoice_line("1"), invoice_line("1", quantity="0"), invoice_line("1"), invoice_line("2")
    )
    assert invoices == {"2": 1}
    assert reported(problems) == [
        (3, "Quantity", "0"),
        (2, "InvoiceNo", "1"),
        (4, "InvoiceNo", "1"),
    ]
    assert "Correct line 3" in problems[-1].fix


def test_a_row_without_an_invoice_number_can_belong_to_either_neighbour() -> None:
    rows = [invoice_line(number) for number in ("1", "2", "", "3", "4")]
    invoices, problems = read(*rows)
    assert invoices == {"1": 1, "4": 1}
    assert {problem.line for problem in problems} == {3, 4, 5}


def test_separated_lines_of_one_invoice_are_joined() -> None:
    rows = [invoice_line(number) for number in ("1", "2", "1", "3", "1")]
    assert read(*rows) == ({"2": 1, "3": 1, "1": 3}, [])


def test_too_many_incomplete_invoice_lines_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(online_retail_csv, "MAX_UNFINISHED_LINES", 2)
    with pytest.raises(Invalid, match="Sort the file"):
        read(*(invoice_line(number) for number in "12341234"))


def test_an_invoice_too_long_for_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_retail_csv, "MAX_LINES", 2)
    invoices, problems = read(*[invoice_line("1")] * 3, invoice_line("2"))
    assert invoices == {"2": 1}
    assert len(problems) == 3


def test_one_invoice_has_one_customer() -> None:
    invoices, problems = read(invoice_line("1"), invoice_line("1", CustomerID="99999.0"))
    assert invoices == {}
    assert reported(problems)[0] == (3, "CustomerID", "99999.0")


@pytest.mark.parametrize(
    ("quantity", "price", "expected"),
    [
        ("2", "12.50", (2, "1250")), ("-2", "12.50", (2, "-1250")), ("-2", "-12.5", (2, "1250")),
        ("1", "0.001", (1, "0.1")), ("1", "0", (1, "0")), ("1", "-5", (1, "-500")),
    ],
)  # fmt: skip
def test_quantity_and_price_have_the_limits_of_an_order(
    quantity: str, price: str, expected: tuple[int, str]
) -> None:
    (line,) = one_line(quantity=quantity, price=price).lines
    assert (line.item.quantity, line.item.unit_price) == (expected[0], Decimal(expected[1]))


@pytest.mark.parametrize(("code", "kind"), [("POST", "fee"), ("m", "manual"), ("85123A", "item")])
def test_rows_that_are_not_products_are_reported_by_their_code(code: str, kind: str) -> None:
    assert one_line(sku=code).lines[0].kind == kind


def test_a_customer_is_a_number_as_spreadsheets_write_it() -> None:
    assert one_line(CustomerID="17850.0").customer == "17850"
    assert one_line(CustomerID="").customer is None


def test_a_compressed_file_is_read_and_a_damaged_one_refused() -> None:
    whole = gzip.compress(invoice_file(*(invoice_line(str(number)) for number in range(999))))
    assert len(list(online_retail_csv.invoices(decompressed(io.BytesIO(whole))))) == 999
    for damaged in (whole[:-20], whole[:500] + b"\0" * 50 + whole[550:]):
        with pytest.raises(Invalid, match="damaged"):
            list(online_retail_csv.invoices(decompressed(io.BytesIO(damaged))))
