"""Reads Shopify's product export and inventory export as they are.

A product's rows follow one another under its Handle. Only the first has the product's own cells
(Title, Vendor, the names of the options). Each is a variant, or one more image, which is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import BinaryIO

from app.adapters import csv_rows
from app.adapters.csv_rows import Row, shown
from app.adapters.seen_rows import FileMemory
from app.core.catalogue.import_outcome import Problem
from app.core.inventory.import_stock import StockRow
from app.core.merchandising.import_products import (
    ProductFields,
    ProductRows,
    VariantFields,
    VariantRow,
)

PRODUCT_COLUMNS = ("Handle", "Title", "Variant SKU", "Variant Price")
STOCK_COLUMNS = ("SKU", "Location", "On hand")
OPTIONS = ("Option1", "Option2", "Option3")
LONGEST_CODE = 64
LONGEST_DESCRIPTION = 50_000


@dataclass(frozen=True)
class _Head:
    """What a product's first row says for all of its rows."""

    handle: str
    line: int
    fields: ProductFields | None
    """None where the product stands further above, or must be in the catalogue already."""
    options: tuple[str, ...] | None
    """The names of the options; None where nothing has told them."""
    good: bool = True


def products(file: BinaryIO, currency: str) -> Iterator[ProductRows | Problem]:
    """Products, each with the variants that follow one another, and the problems in between.

    Raises Invalid where the file as a whole cannot be read.
    """
    with FileMemory() as memory:
        reader = _ProductReader(currency, memory)
        head: _Head | None = None
        variants: list[VariantRow] = []
        for item in csv_rows.parsed(file, PRODUCT_COLUMNS, reader.read):
            if isinstance(item, Problem):
                yield item
                continue
            if head and item[0] is not head:
                yield ProductRows(head.handle, head.fields, variants)
                variants = []
            head = item[0]
            variants.append(item[1])
        if head:
            yield ProductRows(head.handle, head.fields, variants)


def stock(file: BinaryIO) -> Iterator[StockRow | Problem]:
    """What is on hand by SKU and location. Raises Invalid where the file cannot be read."""
    with FileMemory() as memory:
        yield from csv_rows.parsed(file, STOCK_COLUMNS, lambda row: _stock_row(row, memory))


def _stock_row(row: Row, memory: FileMemory) -> StockRow | None:
    sku = _code(row, "SKU", missing="Give the variant the SKU that it has in the catalogue.")
    location = row.text("Location", missing="Write the location's name.")
    if row["On hand"].lower() == "not stocked":
        return None
    on_hand = row.whole("On hand")
    place = f"{sku}\0{location}"
    earlier = memory.recall("place", place)
    if earlier:
        raise row.bad("SKU", f"Line {earlier} has this SKU at this location already: remove one.")
    memory.keep("place", place, row.line)
    return StockRow(row.line, sku, location, on_hand)


@dataclass
class _ProductReader:
    currency: str
    memory: FileMemory
    head: _Head | None = None

    def read(self, row: Row) -> tuple[_Head, VariantRow] | None:
        handle = row.text("Handle", missing="Give the row the Handle of its product.")
        if re.search(r"[\s/?#%]", handle):
            raise row.bad("Handle", "Use letters, digits and - only, since it stands in addresses.")
        if self.head is None or self.head.handle != handle:
            self.head = self._head(row, handle)
        if _is_only_an_image(row):
            return None
        if not self.head.good:
            raise row.bad("Handle", f"Correct the product's first row, line {self.head.line}.")
        variant = self._variant(row, self.head)
        self._remember(row, variant)
        return self.head, variant

    def _head(self, row: Row, handle: str) -> _Head:
        """The head that `row` begins. If it is bad, the rows below are refused with it."""
        earlier = self.memory.recall("handle", handle)
        if earlier is not None or not row["Title"]:
            names = tuple(str(earlier).split("\0")) if earlier is not None else _option_names(row)
            return _Head(handle, row.line, None, names)
        # This one stays where the next lines raise.
        self.head = _Head(handle, row.line, None, None, good=False)
        fields = _product_fields(row)
        names = _option_names(row) or ("",)
        self.memory.keep("handle", handle, "\0".join(names))
        return _Head(handle, row.line, fields, names)

    def _variant(self, row: Row, head: _Head) -> VariantRow:
        sku = _code(row, "Variant SKU", missing="Give the variant a SKU of its own.")
        if "/" in sku:
            raise row.bad("Variant SKU", "Use no / in a SKU, since it stands in addresses.")
        cost = row["Cost per item"]
        return VariantRow(
            row.line,
            sku,
            _variant_fields(row, head),
            row.money("Variant Price", self.currency),
            row.money("Cost per item", self.currency) if cost else None,
        )

    def _remember(self, row: Row, variant: VariantRow) -> None:
        """Only rows that are good otherwise: a corrected copy below a bad row is no duplicate."""
        codes = {"Variant SKU": variant.sku, "Variant Barcode": variant.fields.get("barcode")}
        for column, code in codes.items():
            earlier = self.memory.recall(column, code) if code else None
            if earlier:
                raise row.bad(column, f"Line {earlier} has it already: correct one of the two.")
        for column, code in codes.items():
            if code:
                self.memory.keep(column, code, row.line)


def _product_fields(row: Row) -> ProductFields:
    fields: ProductFields = {"title": row.text("Title")}
    if "Status" in row or "Published" in row:
        fields["status"] = _status(row)
    if "Body (HTML)" in row:
        fields["description"] = row.text("Body (HTML)", longest=LONGEST_DESCRIPTION)
    if "Vendor" in row:
        fields["vendor"] = row.text("Vendor")
    if "Type" in row:
        fields["category"] = row.text(
            "Type", longest=100
        )  # an index holds it with title and handle
    if "Tags" in row:
        tags = (tag.strip() for tag in row.text("Tags", longest=10_000).split(","))
        fields["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
    return fields


def _status(row: Row) -> str:
    """Active only what is published too; Shopify publishes what leaves these cells empty."""
    status = row.one_of("Status", "active", "draft", "archived") if row["Status"] else "active"
    published = row.one_of("Published", "true", "false") if row["Published"] else "true"
    return "draft" if status == "active" and published == "false" else status


def _variant_fields(row: Row, head: _Head) -> VariantFields:
    fields: VariantFields = {}
    if "Variant Barcode" in row:
        fields["barcode"] = _code(row, "Variant Barcode") or None
    if "Variant Grams" in row:
        fields["grams"] = row.whole("Variant Grams") if row["Variant Grams"] else 0
    if "Option1 Value" in row:
        fields["options"] = _options(row, head)
    return fields


def _option_names(row: Row) -> tuple[str, ...] | None:
    names = tuple(row.text(f"{option} Name") for option in OPTIONS)
    return names if any(names) else None


def _options(row: Row, head: _Head) -> dict[str, str]:
    values = [row.text(f"{option} Value") for option in OPTIONS]
    values = ["" if value == "Default Title" else value for value in values]
    if head.options is None and any(values):
        raise row.bad(
            "Handle",
            "No row above has this Handle and a Title: put the product's first row above its "
            "variants. If the product is in the catalogue already, name the options here.",
        )
    options = {}
    for option, name, value in zip_longest(OPTIONS, head.options or (), values, fillvalue=""):
        if value and not name:
            raise row.bad(f"{option} Name", f"Name the option of which {shown(value)} is a value.")
        if value:
            options[name] = value
    return options


def _is_only_an_image(row: Row) -> bool:
    return bool(row["Image Src"]) and not any(
        row[column] for column in ("Option1 Value", "Variant SKU", "Variant Price", "Title")
    )


def _code(row: Row, column: str, missing: str | None = None) -> str:
    """A SKU or barcode. Shopify's apostrophe before it keeps spreadsheets from rounding it."""
    value = row.text(column, LONGEST_CODE).removeprefix("'")
    if missing and not value:
        raise row.bad(column, missing)
    if not value.isprintable():
        raise row.bad(column, "Remove the line breaks and invisible characters.")
    return value
