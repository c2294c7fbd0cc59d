"""Handles, SKUs and barcodes: each is unique, even if two merchants write at the same moment."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.catalogue.models import Product, Variant
from app.core.errors import Conflict

UNIQUE_VIOLATION = "23505"


class _Owner(NamedTuple):
    """The variant that has a code already."""

    code: str
    sku: str
    product: str


@contextmanager
def unique_codes(
    session: Session, *, skus: Collection[str] = (), barcodes: Collection[str] = ()
) -> Iterator[None]:
    """Let the block write these codes, as far as the unique constraints allow.

    A check before the write would let two merchants pass at once. So the block writes in a savepoint, and only
    if it fails, look for the owner of the code. Raises Conflict (handle_taken, sku_taken, barcode_taken).
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        raise _conflict(session, constraint, skus, barcodes) from error


def _conflict(
    session: Session, constraint: str | None, skus: Collection[str], barcodes: Collection[str]
) -> Conflict:
    if constraint == "products_handle_key":
        return Conflict("Another product has this handle: choose another one.", code="handle_taken")
    if constraint == "variants_sku_key":
        owner = _owner(session, Variant.sku, skus)
        return Conflict(
            f"Product {owner.product} has the SKU {owner.code}: choose another one.",
            code="sku_taken",
            sku=owner.code,
            product=owner.product,
        )
    if constraint == "variants_barcode_key":
        owner = _owner(session, Variant.barcode, barcodes)
        return Conflict(
            f"SKU {owner.sku} has the barcode {owner.code}: correct one of the two.",
            code="barcode_taken",
            barcode=owner.code,
            sku=owner.sku,
            product=owner.product,
        )
    return Conflict(
        "Another request changed this at the same time: load it again, then retry.",
        code="version_conflict",
    )


def _owner(session: Session, column: InstrumentedAttribute[Any], codes: Collection[str]) -> _Owner:
    found = session.execute(
        select(column.label("code"), Variant.sku, Product.handle.label("product"))
        .join(Product, Product.id == Variant.product_id)
        .where(column.in_(codes))
        .order_by(column)
    ).first()
    return _Owner._make(found) if found else _Owner("", "", "")
