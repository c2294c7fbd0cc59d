from dataclasses import dataclass
from typing import TypedDict

from app.core.catalogue import products
from app.core.transaction import Transaction


class ProductChanges(TypedDict, total=False):
    """Columns of `products`; what is missing stays. The handle does too, as it stands in links."""

    title: str
    description: str
    vendor: str
    category: str
    tags: list[str]


@dataclass(frozen=True)
class ChangeProduct:
    handle: str
    changes: ProductChanges


def change_product(tx: Transaction, command: ChangeProduct) -> str:
    """Describe a product anew and return its handle. Raises NotFound."""
    product = products.held(tx, command.handle)
    before = product._mapping
    changed = {name: value for name, value in command.changes.items() if value != before[name]}
    if changed:
        products.change(tx, product, **changed)
        products.record(tx, "product.changed", product, fields=sorted(changed))
    return command.handle
