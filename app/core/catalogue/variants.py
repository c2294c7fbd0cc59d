"""A variant in a merchant's hands. Its product is held, so nobody else changes it meanwhile."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text, update

from app.core.catalogue.models import Variant
from app.core.catalogue.products import HeldProduct
from app.core.errors import NotFound
from app.core.transaction import Transaction

HeldVariant = Row[*tuple[Any, ...]]
"""id, sku, barcode, options, position, grams, tax_category, active, and what else was asked for."""


class Places(NamedTuple):
    taken: int
    last: int
    """The highest position; 0 without variants."""


def of(tx: Transaction, product: HeldProduct, sku: str, *also: Any) -> HeldVariant:
    """The product's variant with this SKU and its columns, and those in `also`. Raises NotFound."""
    variant = tx.session.execute(
        _VARIANT.add_columns(*also).where(Variant.product_id == product.id, Variant.sku == sku)
    ).first()
    if variant is None:
        raise NotFound(f"Product {product.handle} has no variant {sku}: see its variants.")
    return variant


def change(tx: Transaction, variant: HeldVariant, **columns: Any) -> None:
    tx.session.execute(
        update(Variant)
        .where(Variant.id == variant.id)
        .values(**columns)
        .execution_options(synchronize_session=False)
    )


def record(
    tx: Transaction, kind: str, product: HeldProduct, variant_id: UUID, sku: str, **more: Any
) -> UUID:
    ids = {"product_id": product.id, "handle": product.handle, "variant_id": variant_id, "sku": sku}
    return tx.record(kind, {**ids, **more})


def places(tx: Transaction, product: HeldProduct) -> Places:
    found = tx.session.execute(
        select(func.count(), func.coalesce(func.max(Variant.position), 0)).where(
            Variant.product_id == product.id
        )
    ).one()
    return Places(*found)


def move(tx: Transaction, product: HeldProduct, variant: HeldVariant, position: int) -> None:
    """Put the variant at this position; those between it and its old one make room."""
    tx.session.execute(
        _MOVE,
        {"product": product.id, "variant": variant.id, "old": variant.position, "new": position},
    )


_VARIANT: Select[*tuple[Any, ...]] = select(
    Variant.id,
    Variant.sku,
    Variant.barcode,
    Variant.options,
    Variant.position,
    Variant.grams,
    Variant.tax_category,
    Variant.active,
)
_MOVE = text("""
    UPDATE variants
    SET position = CASE
        WHEN id = :variant THEN :new WHEN :old < :new THEN position - 1 ELSE position + 1
    END
    WHERE product_id = :product AND position BETWEEN least(:old, :new) AND greatest(:old, :new)
""")
