"""Reads Shopify's product export and inventory export without changes to the files.

The rows of a product follow one another and share its Handle. Only the first has the product's own cells
(Title, Vendor, the names of the options). Each row is a variant, or one more image, which is skipped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import BinaryIO

from app.adapters import csv_rows
from app.adapters.csv_rows import CsvRow, printable
from app.adapters.seen_rows import SeenRows
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
MAX_CODE_LENGTH = 64
MAX_DESCRIPTION_LENGTH = 50_000


@dataclass(frozen=True)
class _ProductHead:
    """What the first row of a product says for all of its rows."""

    handle: str
    line: int
    fields: ProductFields | None
    """None if an earlier part of the file has the product, or the catalogue must have it."""
    options: tuple[str, ...] | None
    """The names of the options; None if no row gave them."""
    is_good: bool = True


def products(file: BinaryIO, currency: str) -> Iterator[ProductRows | Problem]:
    """Yield products, each with the variants that follow one another, and the problems between them.

    Raises Invalid if the file as a whole cannot be read.
    """
    with SeenRows() as seen:
        reader = _ProductReader(currency, seen)
        head: _ProductHead | None = None
        variants: list[VariantRow] = []
        for item in csv_rows.parse_rows(file, PRODUCT_COLUMNS, reader.read):
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
    """Yield the stock on hand by SKU and location. Raises Invalid if the file cannot be read."""
    with SeenRows() as seen:
        yield from csv_rows.parse_rows(file, STOCK_COLUMNS, lambda row: _stock_row(row, seen))


def _stock_row(row: CsvRow, seen: SeenRows) -> StockRow | None:
    sku = _code(row, "SKU", fix_if_empty="Give the variant the SKU that it has in the catalogue.")
    location = row.text("Location", fix_if_empty="Write the location's name.")
    if row["On hand"].lower() == "not stocked":
        return None
    on_hand = row.integer("On hand")
    key = f"{sku}\0{location}"
    earlier = seen.get("place", key)
    if earlier:
        raise row.error("SKU", f"Line {earlier} has the same SKU at the same location. Remove one.")
    seen.put("place", key, row.line)
    return StockRow(row.line, sku, location, on_hand)


@dataclass
class _ProductReader:
    currency: str
    seen: SeenRows
    head: _ProductHead | None = None

    def read(self, row: CsvRow) -> tuple[_ProductHead, VariantRow] | None:
        handle = row.text("Handle", fix_if_empty="Give the row the Handle of its product.")
        if re.search(r"[\s/?#%]", handle):
            raise row.error(
                "Handle", "Use letters, digits and - only, because it is part of addresses."
            )
        if self.head is None or self.head.handle != handle:
            self.head = self._head(row, handle)
        if _is_only_an_image(row):
            return None
        if not self.head.is_good:
            raise row.error("Handle", f"Correct the product's first row, line {self.head.line}.")
        variant = self._variant(row, self.head)
        self._refuse_duplicates(row, variant)
        return self.head, variant

    def _head(self, row: CsvRow, handle: str) -> _ProductHead:
        """Return the head that `row` begins. If it is bad, the following rows of the product are refused too."""
        earlier = self.seen.get("handle", handle)
        if earlier is not None or not row["Title"]:
            names = tuple(str(earlier).split("\0")) if earlier is not None else _option_names(row)
            return _ProductHead(handle, row.line, None, names)
        # This head stays in place if the next lines raise.
        self.head = _ProductHead(handle, row.line, None, None, is_good=False)
        fields = _product_fields(row)
        names = _option_names(row) or ("",)
        self.seen.put("handle", handle, "\0".join(names))
        return _ProductHead(handle, row.line, fields, names)

    def _variant(self, row: CsvRow, head: _ProductHead) -> VariantRow:
        sku = _code(row, "Variant SKU", fix_if_empty="Give the variant a SKU of its own.")
        if "/" in sku:
            raise row.error("Variant SKU", "Use no / in a SKU, because it is part of addresses.")
        cost = row["Cost per item"]
        return VariantRow(
            row.line,
            sku,
            _variant_fields(row, head),
            row.money("Variant Price", self.currency),
            row.money("Cost per item", self.currency) if cost else None,
        )

    def _refuse_duplicates(self, row: CsvRow, variant: VariantRow) -> None:
        """Refuse a code of an earlier good row. A bad row does not count: its corrected copy may follow."""
        codes = {"Variant SKU": variant.sku, "Variant Barcode": variant.fields.get("barcode")}
        for column, code in codes.items():
            earlier = self.seen.get(column, code) if code else None
            if earlier:
                raise row.error(
                    column, f"Line {earlier} has the same value. Correct one of the two."
                )
        for column, code in codes.items():
            if code:
                self.seen.put(column, code, row.line)


def _product_fields(row: CsvRow) -> ProductFields:
    fields: ProductFields = {"title": row.text("Title")}
    if "Status" in row or "Published" in row:
        fields["status"] = _status(row)
    if "Body (HTML)" in row:
        fields["description"] = row.text("Body (HTML)", max_length=MAX_DESCRIPTION_LENGTH)
    if "Vendor" in row:
        fields["vendor"] = row.text("Vendor")
    if "Type" in row:
        fields["category"] = row.text(
            "Type", max_length=100
        )  # an index contains it with title and handle
    if "Tags" in row:
        tags = (tag.strip() for tag in row.text("Tags", max_length=10_000).split(","))
        fields["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
    return fields


def _status(row: CsvRow) -> str:
    """Return active only if the product is published too. Shopify publishes products with empty cells here."""
    status = row.one_of("Status", "active", "draft", "archived") if row["Status"] else "active"
    published = row.one_of("Published", "true", "false") if row["Published"] else "true"
    return "draft" if status == "active" and published == "false" else status


def _variant_fields(row: CsvRow, head: _ProductHead) -> VariantFields:
    fields: VariantFields = {}
    if "Variant Barcode" in row:
        fields["barcode"] = _code(row, "Variant Barcode") or None
    if "Variant Grams" in row:
        fields["grams"] = row.integer("Variant Grams") if row["Variant Grams"] else 0
    if "Option1 Value" in row:
        fields["options"] = _options(row, head)
    return fields


def _option_names(row: CsvRow) -> tuple[str, ...] | None:
    names = tuple(row.text(f"{option} Name") for option in OPTIONS)
    return names if any(names) else None


def _options(row: CsvRow, head: _ProductHead) -> dict[str, str]:
    values = [row.text(f"{option} Value") for option in OPTIONS]
    values = ["" if value == "Default Title" else value for value in values]
    if head.options is None and any(values):
        raise row.error(
            "Handle",
            "No earlier row has this Handle and a Title. Put the product's first row before its "
            "variants. If the catalogue has the product, name the options here.",
        )
    options = {}
    for option, name, value in zip_longest(OPTIONS, head.options or (), values, fillvalue=""):
        if value and not name:
            raise row.error(
                f"{option} Name", f"Name the option of which {printable(value)} is a value."
            )
        if value:
            options[name] = value
    return options


def _is_only_an_image(row: CsvRow) -> bool:
    return bool(row["Image Src"]) and not any(
        row[column] for column in ("Option1 Value", "Variant SKU", "Variant Price", "Title")
    )


def _code(row: CsvRow, column: str, fix_if_empty: str | None = None) -> str:
    """Return a SKU or barcode. Shopify puts an apostrophe before it, so that spreadsheets do not round it."""
    value = row.text(column, MAX_CODE_LENGTH).removeprefix("'")
    if fix_if_empty and not value:
        raise row.error(column, fix_if_empty)
    if not value.isprintable():
        raise row.error(column, "Remove the line breaks and invisible characters.")
    return value
