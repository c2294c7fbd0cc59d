"""A merchant who imports: rows as a use case takes them, files as the command reads them."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from app.adapters import file_import
from app.adapters.file_import import ImportResult, ImportSource
from app.core.catalogue.import_locations import ImportLocations, LocationRow, import_locations
from app.core.catalogue.import_outcome import ImportOutcome, Problem
from app.core.clock import Clock
from app.core.inventory.import_stock import ImportStock, StockRow, import_stock
from app.core.merchandising.import_products import (
    ImportProducts,
    ProductRows,
    VariantRow,
    import_products,
)
from app.core.model import Base, retryable
from app.core.transaction import UseCaseRunner
from app.wiring import make_reader
from tests.fakes.ports import make_ports
from tests.reads.database import DatabaseReads

PRODUCT_HEADINGS = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,"
    "Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Price,Variant Barcode,"
    "Image Src,Cost per item,Status"
)
INVOICE_HEADINGS = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
)
STOCK_HEADINGS = "Handle,Title,SKU,Location,Available,On hand"


def a_product(handle: str, *variants: VariantRow, **fields: Any) -> ProductRows:
    given: Any = {"title": handle.title(), **fields}
    return ProductRows(handle, given, variants)


def a_variant(
    sku: str, price: int = 1000, cost: int | None = None, line: int = 2, **fields: Any
) -> VariantRow:
    given: Any = fields
    return VariantRow(line, sku, given, price, cost)


def a_location(
    code: str, name: str = "", kind: str = "store", line: int = 2, **fields: Any
) -> LocationRow:
    place = {"name": name or code.title(), "kind": kind, "latitude": 53.8, "longitude": -1.5}
    given: Any = {**place, **fields}
    return LocationRow(line, code, given)


def product_line(
    handle: str, title: str = "", sku: str = "", price: str = "", **different: str
) -> str:
    """Return a line of a product export. Cells are named as in PRODUCT_HEADINGS, with `_` for a space."""
    cells = {"Handle": handle, "Title": title, "Variant SKU": sku, "Variant Price": price}
    if title:
        cells |= {"Published": "TRUE", "Status": "active", "Option1 Name": "Title"}
        cells |= {"Option1 Value": "Default Title"}
    cells |= {name.replace("_", " "): value for name, value in different.items()}
    return ",".join(cells.get(name, "") for name in PRODUCT_HEADINGS.split(","))


def product_file(*lines: str) -> bytes:
    return "\n".join((PRODUCT_HEADINGS, *lines, "")).encode()


def stock_file(*rows: tuple[str, str, int | str]) -> bytes:
    lines = [f",,{sku},{location},,{on_hand}" for sku, location, on_hand in rows]
    return "\n".join((STOCK_HEADINGS, *lines, "")).encode()


def invoice_line(
    number: str, sku: str = "MUG", quantity: str = "1", price: str = "12.50", **different: str
) -> str:
    """Return a line of an invoice. Cells are named as in INVOICE_HEADINGS."""
    cells = {
        "InvoiceNo": number, "StockCode": sku, "Description": f"THE {sku}", "Quantity": quantity,
        "InvoiceDate": "2011-02-01 08:26:00", "UnitPrice": price, "CustomerID": "17850.0",
        "Country": "United Kingdom",
    } | different  # fmt: skip
    return ",".join(cells[name] for name in INVOICE_HEADINGS.split(","))


def invoice_file(*lines: str) -> bytes:
    return "\n".join((INVOICE_HEADINGS, *lines, "")).encode()


class Merchant(DatabaseReads):
    def __init__(self, engine: Engine, clock: Clock, reports: Path) -> None:
        self.engine, self.clock, self.reports = engine, clock, reports
        self.reader = make_reader(engine)
        ports = make_ports(clock)
        self.runner = UseCaseRunner(
            lambda: Session(engine, expire_on_commit=False),
            ports,
            retryable=retryable(Base.metadata),
        )

    def products(self, *products: ProductRows, currency: str = "GBP") -> ImportOutcome:
        return self.runner.perform(import_products, ImportProducts(currency, products))

    def locations(self, *rows: LocationRow) -> ImportOutcome:
        return self.runner.perform(import_locations, ImportLocations(rows))

    def stock(self, *rows: tuple[str, str, int], as_count: bool = False) -> ImportOutcome:
        numbered = [StockRow(line, *row) for line, row in enumerate(rows, start=2)]
        return self.runner.perform(import_stock, ImportStock(numbered, as_count))

    def file(self, source: ImportSource, content: bytes) -> ImportResult:
        file = io.BytesIO(content)
        return file_import.import_file(self.runner, source, file, self.reports)

    def change(self, query: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(query), values)

    def statements(self, work: Callable[[], Any]) -> list[str]:
        """Return the statements that `work` sends, without BEGIN and COMMIT."""
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            sent.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        work()
        event.remove(self.engine, "before_cursor_execute", note)
        return sent


def reported(problems: Sequence[Problem]) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.value) for problem in problems]
