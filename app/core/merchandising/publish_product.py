from dataclasses import dataclass

from app.core.catalogue import products
from app.core.merchandising.events import PRODUCT_PUBLISHED
from app.core.pricing.sellable import has_sellable_variant, no_sellable_variant
from app.core.transaction import Transaction


@dataclass(frozen=True)
class PublishProduct:
    handle: str
    currency: str


def publish_product(tx: Transaction, command: PublishProduct) -> str:
    """List and sell a product, also a withdrawn one; returns its handle. Again changes nothing.

    Raises NotFound, Conflict (no_sellable_variant).
    """
    product = products.lock(tx, command.handle)
    if product.status != "active" and not has_sellable_variant(tx, product, command.currency):
        raise no_sellable_variant(product.handle, command.currency)
    products.set_status(tx, product, "active", PRODUCT_PUBLISHED)
    return command.handle
