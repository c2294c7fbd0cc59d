"""Imports products, their variants, prices and costs from a merchant's file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict
from uuid import UUID

from sqlalchemy import any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from app.core.bulk_timeouts import use_bulk_timeouts
from app.core.catalogue.costs import cost_in_force
from app.core.catalogue.import_changes import ColumnValues, ImportChanges
from app.core.catalogue.import_outcome import ImportOutcome, Problem
from app.core.catalogue.models import Product, Variant, VariantCost
from app.core.catalogue.product_search import refresh_skus
from app.core.ids import new_id
from app.core.merchandising.events import CATALOGUE_IMPORTED
from app.core.merchandising.new_variant import MAX_VARIANTS
from app.core.pricing.models import Price
from app.core.pricing.price_columns import price_in_force
from app.core.transaction import Transaction


class ProductFields(TypedDict, total=False):
    """Columns of `products`. A missing one keeps its value; a new product gets the default."""

    title: str
    description: str
    vendor: str
    category: str
    tags: list[str]
    status: str


class VariantFields(TypedDict, total=False):
    """Columns of `variants`. A missing one keeps its value; a new variant gets the default."""

    barcode: str | None
    options: dict[str, str]
    grams: int


@dataclass(frozen=True)
class VariantRow:
    line: int
    sku: str
    fields: VariantFields
    price: int
    """Minor units."""
    cost: int | None = None
    """None if the file has no cost: the known cost stays in force."""


@dataclass(frozen=True)
class ProductRows:
    handle: str
    fields: ProductFields | None
    """With a title; None for more variants of a product that the catalogue must have."""
    variants: Sequence[VariantRow]


@dataclass(frozen=True)
class ImportProducts:
    currency: str
    products: Sequence[ProductRows]
    """Each SKU and each barcode once."""


def import_products(tx: Transaction, command: ImportProducts) -> ImportOutcome:
    """Create and change products and variants, and set prices and costs that differ from those in force.

    1. Lock both tables against other writers, so that no one takes a SKU or a barcode meanwhile.
    2. Read the rows with these handles, SKUs and barcodes.
    3. Refuse each variant, or compare it. A product is imported with at least one valid variant.
    4. Write, with the same number of statements for one row as for a thousand.
    """
    use_bulk_timeouts(tx.session)
    tx.session.execute(_LOCK_TABLES)
    work = _Import(command.currency, *_read(tx, command))
    for product in command.products:
        work.add(product)
    work.write(tx)
    counts = {name: changes.tally for name, changes in work.changes.items()}
    return ImportOutcome(counts, tuple(work.refused))


@dataclass
class _Import:
    """The rows of one transaction, compared with the stored ones."""

    currency: str
    products: dict[str, ColumnValues]
    """By handle."""
    variants: dict[str, ColumnValues]
    """By SKU, with the price and the cost in force."""
    positions: dict[UUID, int]
    """The last position in each product that may gain variants."""
    changes: dict[str, ImportChanges] = field(
        default_factory=lambda: {
            name: ImportChanges() for name in ("products", "variants", "prices", "variant_costs")
        }
    )
    refused: list[Problem] = field(default_factory=list)
    with_new_codes: set[UUID] = field(default_factory=set)
    """Products whose SKUs or barcodes change."""

    def __post_init__(self) -> None:
        self.barcode_owners = {row["barcode"]: sku for sku, row in self.variants.items()}

    def add(self, rows: ProductRows) -> None:
        valid: list[VariantRow] = []
        room = MAX_VARIANTS - self._last_position(rows.handle)
        for variant in rows.variants:
            is_new = variant.sku not in self.variants
            problem = self._problem(rows, variant) or (
                _too_many_variants(variant) if is_new and not room else None
            )
            if problem:
                self.refused.append(problem)
            else:
                valid.append(variant)
                room -= is_new
        if valid:
            product_id = self._add_product(rows)
            for variant in valid:
                self._add_variant(product_id, variant)

    def _last_position(self, handle: str) -> int:
        product = self.products.get(handle)
        return self.positions.get(product["id"], 0) if product else 0

    def _problem(self, rows: ProductRows, variant: VariantRow) -> Problem | None:
        product = self.products.get(rows.handle)
        if product is None and rows.fields is None:
            fix = "No product has this handle: put the row with its Title above this one."
            return Problem(variant.line, "Handle", rows.handle, fix)
        known = self.variants.get(variant.sku)
        if known and (product is None or known["product_id"] != product["id"]):
            fix = f"It belongs to product {known['handle']}: use that handle, or another SKU."
            return Problem(variant.line, "Variant SKU", variant.sku, fix)
        barcode = variant.fields.get("barcode")
        owner = self.barcode_owners.get(barcode) if barcode else None
        if barcode and owner not in (None, variant.sku):
            fix = f"SKU {owner} has this barcode: correct one of the two."
            return Problem(variant.line, "Variant Barcode", barcode, fix)
        return None

    def _add_product(self, rows: ProductRows) -> UUID:
        before = self.products.get(rows.handle)
        after = {**(before or _new_product(rows.handle)), **(rows.fields or {})}
        self.products[rows.handle] = after
        if rows.fields:
            self.changes["products"].add(before, after)
        product_id: UUID = after["id"]
        return product_id

    def _add_variant(self, product_id: UUID, row: VariantRow) -> None:
        known = self.variants.get(row.sku)
        before = {name: known[name] for name in _VARIANT} if known else None
        after = {**(before or self._new_variant(product_id, row.sku)), **row.fields}
        self.changes["variants"].add(before, after)
        if before is None or before["barcode"] != after["barcode"]:
            self.with_new_codes.add(product_id)
        in_force = known or {"price": None, "cost": None}
        self._add_amount("prices", in_force["price"], after["id"], row.price)
        if row.cost is not None:
            self._add_amount("variant_costs", in_force["cost"], after["id"], row.cost)

    def _new_variant(self, product_id: UUID, sku: str) -> ColumnValues:
        position = self.positions[product_id] = self.positions.get(product_id, 0) + 1
        return {
            "id": new_id(), "product_id": product_id, "sku": sku, "barcode": None, "options": {},
            "position": position, "grams": 0, "active": True,
        }  # fmt: skip

    def _add_amount(self, table: str, before: int | None, variant_id: UUID, amount: int) -> None:
        row = {"variant_id": variant_id, "currency": self.currency, "amount": amount}
        self.changes[table].add(None if before is None else {**row, "amount": before}, row)

    def write(self, tx: Transaction) -> None:
        if not any(changes.written for changes in self.changes.values()):
            return
        event_id = tx.record(
            CATALOGUE_IMPORTED,
            {name: len(changes.written) for name, changes in self.changes.items()},
        )
        for product in self.changes["products"].new:
            tx.insert(Product, **product, created_at=tx.now, updated_at=tx.now)
        for variant in self.changes["variants"].new:
            tx.insert(Variant, **variant)
        for price in self.changes["prices"].written:
            tx.insert(Price, **price, starts_at=tx.now, event_id=event_id)
        for cost in self.changes["variant_costs"].written:
            tx.insert(VariantCost, **cost, starts_at=tx.now)
        tx.write()
        _update(tx, self.changes["products"].changed, self.changes["variants"].changed)
        refresh_skus(tx.session, self.with_new_codes)


def _too_many_variants(variant: VariantRow) -> Problem:
    fix = f"Its product has {MAX_VARIANTS} variants, which is the most: give others a Handle of their own."
    return Problem(variant.line, "Variant SKU", variant.sku, fix)


def _new_product(handle: str) -> ColumnValues:
    return {
        "id": new_id(), "handle": handle, "title": "", "description": "", "vendor": "",
        "category": "", "tags": [], "status": "active", "skus": "",
    }  # fmt: skip


_PRODUCT = ("id", "handle", "title", "description", "vendor", "category", "tags", "status", "skus")
_VARIANT = ("id", "product_id", "sku", "barcode", "options", "position", "grams", "active")


def _read(
    tx: Transaction, command: ImportProducts
) -> tuple[dict[str, ColumnValues], dict[str, ColumnValues], dict[UUID, int]]:
    rows = [row for product in command.products for row in product.variants]
    barcodes = [barcode for row in rows if (barcode := row.fields.get("barcode"))]
    products = _products(tx, {product.handle for product in command.products})
    variants = _variants(tx, command.currency, [row.sku for row in rows], barcodes)
    gaining = {
        products[product.handle]["id"]
        for product in command.products
        if product.handle in products and any(row.sku not in variants for row in product.variants)
    }
    return products, variants, _positions(tx, gaining)


def _products(tx: Transaction, handles: set[str]) -> dict[str, ColumnValues]:
    found = tx.session.execute(
        select(*(Product.__table__.c[name] for name in _PRODUCT)).where(
            Product.handle == any_(literal(list(handles), ARRAY(Text)))
        )
    )
    return {row.handle: dict(row._mapping) for row in found}


def _variants(
    tx: Transaction, currency: str, skus: list[str], barcodes: list[str]
) -> dict[str, ColumnValues]:
    found = tx.session.execute(
        select(
            *(Variant.__table__.c[name] for name in _VARIANT),
            Product.handle,
            price_in_force(currency, tx.now).label("price"),
            cost_in_force(currency, tx.now).label("cost"),
        )
        .join(Product, Product.id == Variant.product_id)
        .where(
            (Variant.sku == any_(literal(skus, ARRAY(Text))))
            | (Variant.barcode == any_(literal(barcodes, ARRAY(Text))))
        )
    )
    return {row.sku: dict(row._mapping) for row in found}


def _positions(tx: Transaction, products: set[UUID]) -> dict[UUID, int]:
    if not products:
        return {}
    found = tx.session.execute(
        select(Variant.product_id, func.max(Variant.position).label("last"))
        .where(Variant.product_id == any_(literal(list(products), ARRAY(Uuid))))
        .group_by(Variant.product_id)
    )
    return {row.product_id: row.last for row in found}


def _update(tx: Transaction, products: list[ColumnValues], variants: list[ColumnValues]) -> None:
    if products:
        rows = json.dumps(products, default=str)
        tx.session.execute(_UPDATE_PRODUCTS, {"rows": rows, "now": tx.now})
    if variants:
        tx.session.execute(_UPDATE_VARIANTS, {"rows": json.dumps(variants, default=str)})


_LOCK_TABLES = text("LOCK TABLE products, variants IN SHARE ROW EXCLUSIVE MODE")
_UPDATE_PRODUCTS = text("""
    UPDATE products p
    SET title = n.title, description = n.description, vendor = n.vendor, category = n.category,
        tags = n.tags, status = n.status, updated_at = :now
    FROM json_populate_recordset(NULL::products, CAST(:rows AS json)) n
    WHERE p.id = n.id
""")
_UPDATE_VARIANTS = text("""
    UPDATE variants v SET barcode = n.barcode, options = n.options, grams = n.grams
    FROM json_populate_recordset(NULL::variants, CAST(:rows AS json)) n
    WHERE v.id = n.id
""")
