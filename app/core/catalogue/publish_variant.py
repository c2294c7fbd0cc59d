from dataclasses import dataclass

from app.core.catalogue import products, variants
from app.core.transaction import Transaction


@dataclass(frozen=True)
class PublishVariant:
    handle: str
    sku: str


def publish_variant(tx: Transaction, command: PublishVariant) -> str:
    """Sell a variant wherever its product is sold; returns the product's handle. Raises NotFound.

    Again changes nothing.
    """
    product = products.held(tx, command.handle)
    variant = variants.of(tx, product, command.sku)
    if not variant.active:
        variants.change(tx, variant, active=True)
        variants.record(tx, "variant.published", product, variant.id, variant.sku)
    return command.handle
