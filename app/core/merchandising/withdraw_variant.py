from dataclasses import dataclass

from app.core.catalogue import products, variants
from app.core.errors import Conflict
from app.core.merchandising.events import VARIANT_WITHDRAWN
from app.core.pricing.sellable import has_sellable_variant
from app.core.transaction import Transaction


@dataclass(frozen=True)
class WithdrawVariant:
    handle: str
    sku: str
    currency: str


def withdraw_variant(tx: Transaction, command: WithdrawVariant) -> str:
    """Stop selling a variant and return the product's handle. Again changes nothing.

    A product on sale keeps a variant that can be bought, or it would be listed with nothing in it.
    Raises NotFound, Conflict (last_variant).
    """
    product = products.lock(tx, command.handle)
    variant = variants.find(tx, product, command.sku)
    if not variant.active:
        return command.handle
    if product.status == "active" and not has_sellable_variant(tx, product, command.currency, without=variant.id):
        raise Conflict(
            f"Nothing else of product {product.handle} is on sale: withdraw the product instead.",
            code="last_variant",
        )
    variants.update_columns(tx, variant, active=False)
    variants.record_event(tx, VARIANT_WITHDRAWN, product, variant.id, variant.sku)
    return command.handle
