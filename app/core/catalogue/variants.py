"""A variant, as merchants edit it. Its product is locked, so no other transaction changes it meanwhile."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, func, select, update

from app.core.catalogue import products
from app.core.catalogue.events import VARIANT_PUBLISHED
from app.core.catalogue.models import Variant
from app.core.catalogue.products import LockedProduct
from app.core.errors import NotFound
from app.core.event_kinds import EventKind
from app.core.transaction import Transaction


class VariantRow(NamedTuple):
    id: UUID
    sku: str
    barcode: str | None
    options: dict[str, str]
    position: int
    grams: int
    tax_category: str
    active: bool


class Positions(NamedTuple):
    """How many positions the variants of a product fill."""

    total: int
    last: int
    """The highest position; 0 without variants."""


@dataclass(frozen=True)
class PublishVariant:
    handle: str
    sku: str


def publish_variant(tx: Transaction, command: PublishVariant) -> str:
    """Sell a variant wherever its product is sold; return the product's handle. Raises NotFound.

    A repeated call changes nothing.
    """
    product = products.lock(tx, command.handle)
    variant = find(tx, product, command.sku)
    if not variant.active:
        update_columns(tx, variant, active=True)
        record_event(tx, VARIANT_PUBLISHED, product, variant.id, variant.sku)
    return command.handle


def find(tx: Transaction, product: LockedProduct, sku: str) -> VariantRow:
    """Return the product's variant with this SKU. Raises NotFound."""
    variant, _ = find_with(tx, product, sku)
    return variant


def find_with(
    tx: Transaction, product: LockedProduct, sku: str, *columns: Any
) -> tuple[VariantRow, tuple[Any, ...]]:
    """Return the product's variant with this SKU, and the values of `columns` from the same statement.

    Raises NotFound.
    """
    row = tx.session.execute(
        _VARIANT.add_columns(*columns).where(Variant.product_id == product.id, Variant.sku == sku)
    ).first()
    if row is None:
        raise NotFound(f"Product {product.handle} has no variant {sku}: see its variants.")
    own = len(VariantRow._fields)
    return VariantRow._make(row[:own]), tuple(row[own:])


def update_columns(tx: Transaction, variant: VariantRow, **columns: Any) -> None:
    tx.session.execute(
        update(Variant)
        .where(Variant.id == variant.id)
        .values(**columns)
        .execution_options(synchronize_session=False)
    )


def record_event(
    tx: Transaction,
    kind: EventKind,
    product: LockedProduct,
    variant_id: UUID,
    sku: str,
    **payload: Any,
) -> UUID:
    ids = {"product_id": product.id, "handle": product.handle, "variant_id": variant_id, "sku": sku}
    return tx.record(kind, {**ids, **payload})


def positions(tx: Transaction, product: LockedProduct) -> Positions:
    found = tx.session.execute(
        select(func.count(), func.coalesce(func.max(Variant.position), 0)).where(
            Variant.product_id == product.id
        )
    ).one()
    return Positions(*found)


def move(tx: Transaction, product: LockedProduct, variant: VariantRow, position: int) -> None:
    """Put the variant at this position; the variants between its old and its new position make room."""
    old, step = variant.position, -1 if variant.position < position else 1
    tx.session.execute(
        update(Variant)
        .where(
            Variant.product_id == product.id,
            Variant.position.between(min(old, position), max(old, position)),
        )
        .values(position=case((Variant.id == variant.id, position), else_=Variant.position + step))
        .execution_options(synchronize_session=False)
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
