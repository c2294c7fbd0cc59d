"""A product, as merchants edit it."""

from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

from sqlalchemy import select, text, update

from app.core.catalogue.events import PRODUCT_CHANGED, PRODUCT_WITHDRAWN
from app.core.catalogue.models import Product
from app.core.errors import NotFound
from app.core.event_kinds import EventKind
from app.core.transaction import Transaction


class LockedProduct(NamedTuple):
    """A product whose row this transaction has locked."""

    id: UUID
    handle: str
    title: str
    description: str
    vendor: str
    category: str
    tags: list[str]
    status: str


class ProductChanges(TypedDict, total=False):
    """Columns of `products`; a missing one keeps its value. The handle never changes, because links contain it."""

    title: str
    description: str
    vendor: str
    category: str
    tags: list[str]


@dataclass(frozen=True)
class ChangeProduct:
    handle: str
    changes: ProductChanges


@dataclass(frozen=True)
class WithdrawProduct:
    handle: str


def change_product(tx: Transaction, command: ChangeProduct) -> str:
    """Change what the command names and what differs; return the product's handle. Raises NotFound."""
    product = lock(tx, command.handle)
    before = product._asdict()
    changed = {name: value for name, value in command.changes.items() if value != before[name]}
    if changed:
        update_columns(tx, product, **changed)
        record_event(tx, PRODUCT_CHANGED, product, fields=sorted(changed))
    return command.handle


def withdraw_product(tx: Transaction, command: WithdrawProduct) -> str:
    """Stop selling and listing a product; return its handle. Raises NotFound.

    Orders keep their frozen lines, so orders under way continue. A repeated call changes nothing.
    """
    product = lock(tx, command.handle)
    set_status(tx, product, "archived", PRODUCT_WITHDRAWN)
    return command.handle


def lock(tx: Transaction, handle: str) -> LockedProduct:
    """Lock the product until the transaction ends, and return it. Raises NotFound.

    1. Wait until a running import ends. An import locks both tables. If this transaction took a row first and
       the tables second, it and the import would wait for each other.
    2. Lock the product. Changes of the product and of its variants then run one after the other, so that a
       rule about all its variants holds.
    """
    tx.session.execute(_WAIT_FOR_IMPORTS)
    product = tx.session.execute(_LOCKED.where(Product.handle == handle)).first()
    if product is None:
        raise NotFound(f"There is no product {handle}: look for it in /products.")
    return LockedProduct._make(product)


def update_columns(tx: Transaction, product: LockedProduct, **columns: Any) -> None:
    tx.session.execute(
        update(Product)
        .where(Product.id == product.id)
        .values(updated_at=tx.now, **columns)
        .execution_options(synchronize_session=False)
    )


def set_status(tx: Transaction, product: LockedProduct, status: str, kind: EventKind) -> None:
    """Set the product's status and record an event of this kind. Do nothing if it has the status already."""
    if product.status != status:
        update_columns(tx, product, status=status)
        record_event(tx, kind, product, old_status=product.status)


def record_event(tx: Transaction, kind: EventKind, product: LockedProduct, **payload: Any) -> None:
    tx.record(kind, {"product_id": product.id, "handle": product.handle, **payload})


_WAIT_FOR_IMPORTS = text("LOCK TABLE products, variants IN ROW EXCLUSIVE MODE")
_LOCKED = select(
    Product.id,
    Product.handle,
    Product.title,
    Product.description,
    Product.vendor,
    Product.category,
    Product.tags,
    Product.status,
).with_for_update(key_share=True)
