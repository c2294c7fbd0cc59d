"""A product on sale must have a variant that shoppers can buy."""

from uuid import UUID

from sqlalchemy import exists, select

from app.core.catalogue.models import Variant
from app.core.catalogue.products import LockedProduct
from app.core.errors import Conflict
from app.core.pricing.price_columns import price_in_force
from app.core.transaction import Transaction


def has_sellable_variant(
    tx: Transaction, product: LockedProduct, currency: str, without: UUID | None = None
) -> bool:
    """Return whether the product has an active variant with a price, not counting the variant `without`."""
    sellable = select(Variant.id).where(
        Variant.product_id == product.id,
        Variant.active,
        price_in_force(currency, tx.now).is_not(None),
    )
    if without:
        sellable = sellable.where(Variant.id != without)
    return bool(tx.session.scalar(select(exists(sellable))))


def no_sellable_variant(handle: str, currency: str) -> Conflict:
    return Conflict(
        f"Product {handle} has no active variant with a price: send one in {currency} first.",
        code="no_sellable_variant",
    )
