"""A new variant of a product, with its first price and cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.core.catalogue.models import Variant
from app.core.ids import new_id
from app.core.pricing import price_and_cost, rules
from app.core.pricing.tax_categories import STANDARD
from app.core.transaction import Transaction

MAX_VARIANTS = 250
"""In one product: they are shown, searched and sorted together."""


@dataclass(frozen=True)
class NewVariant:
    sku: str
    barcode: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    grams: int = 0
    price: int | None = None
    """Minor units, with or without tax as the market's prices are. Without a price, shoppers cannot buy the
    variant."""
    cost: int | None = None
    """Minor units; None is unknown, which is not 0."""
    tax_category: str = STANDARD
    id: UUID = field(default_factory=new_id)

    @property
    def barcodes(self) -> tuple[str, ...]:
        return (self.barcode,) if self.barcode else ()

    def as_recorded(self) -> dict[str, Any]:
        """Return what the event of the product holds of it."""
        return {"variant_id": self.id, "sku": self.sku, "price": self.price, "cost": self.cost}


def insert(
    tx: Transaction,
    variant: NewVariant,
    *,
    product_id: UUID,
    position: int,
    currency: str,
    event_id: UUID,
) -> None:
    """Collect the rows of the variant. Raises Invalid for a tax category without any rate."""
    rules.require_tax_category(tx, variant.tax_category)
    tx.insert(
        Variant,
        id=variant.id,
        product_id=product_id,
        sku=variant.sku,
        barcode=variant.barcode,
        options=dict(variant.options),
        position=position,
        grams=variant.grams,
        tax_category=variant.tax_category,
        active=True,
    )
    price_and_cost.start(tx, variant.id, currency, event_id, price=variant.price, cost=variant.cost)
