from dataclasses import dataclass

from app.core.catalogue import products, variants
from app.core.catalogue.codes import unique_codes
from app.core.catalogue.product_search import refresh_skus
from app.core.errors import Conflict
from app.core.merchandising import new_variant
from app.core.merchandising.events import VARIANT_CREATED
from app.core.merchandising.new_variant import MAX_VARIANTS, NewVariant
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AddVariant:
    handle: str
    currency: str
    """Of the price and the cost."""
    variant: NewVariant


def add_variant(tx: Transaction, command: AddVariant) -> str:
    """Add a variant behind the others and return the product's handle.

    Raises NotFound, Conflict (sku_taken, barcode_taken, too_many_variants).
    """
    product, variant = products.lock(tx, command.handle), command.variant
    positions = variants.positions(tx, product)
    if positions.total >= MAX_VARIANTS:
        raise Conflict(
            f"Product {product.handle} has {positions.total} variants: put others into a new product.",
            code="too_many_variants",
        )
    recorded = {"currency": command.currency, "price": variant.price, "cost": variant.cost}
    event_id = variants.record_event(
        tx, VARIANT_CREATED, product, variant.id, variant.sku, **recorded
    )
    new_variant.insert(
        tx,
        variant,
        product_id=product.id,
        position=positions.last + 1,
        currency=command.currency,
        event_id=event_id,
    )
    with unique_codes(tx.session, skus=[variant.sku], barcodes=variant.barcodes):
        tx.write()
    refresh_skus(tx.session, [product.id])
    return command.handle
