"""A product in a merchant's hands."""

from typing import Any

from sqlalchemy import Row, select, text, update

from app.core.catalogue.models import Product
from app.core.errors import NotFound
from app.core.transaction import Transaction

HeldProduct = Row[*tuple[Any, ...]]
"""The locked row: id, handle, title, description, vendor, category, tags, status."""


def held(tx: Transaction, handle: str) -> HeldProduct:
    """The product, locked until the transaction ends. Raises NotFound.

    1. Let a running import end. It locks both tables, and if we took a row first and it the tables,
       each would wait for the other.
    2. Lock the product. Who changes it or one of its variants comes one after the other, so that a
       rule over all of its variants holds.
    """
    tx.session.execute(_AFTER_IMPORTS)
    product = tx.session.execute(_HELD.where(Product.handle == handle)).first()
    if product is None:
        raise NotFound(f"There is no product {handle}: look for it in /products.")
    return product


def change(tx: Transaction, product: HeldProduct, **columns: Any) -> None:
    tx.session.execute(
        update(Product)
        .where(Product.id == product.id)
        .values(updated_at=tx.now, **columns)
        .execution_options(synchronize_session=False)
    )


def set_status(tx: Transaction, product: HeldProduct, status: str, kind: str) -> None:
    """Bring the product into `status`, with an event of this kind; if it is there, do nothing."""
    if product.status != status:
        change(tx, product, status=status)
        record(tx, kind, product, old_status=product.status)


def record(tx: Transaction, kind: str, product: HeldProduct, **more: Any) -> None:
    tx.record(kind, {"product_id": product.id, "handle": product.handle, **more})


_AFTER_IMPORTS = text("LOCK TABLE products, variants IN ROW EXCLUSIVE MODE")
_HELD = select(
    Product.id,
    Product.handle,
    Product.title,
    Product.description,
    Product.vendor,
    Product.category,
    Product.tags,
    Product.status,
).with_for_update(key_share=True)
