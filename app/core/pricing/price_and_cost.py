"""The price and the unit cost of a variant. A new row starts now, and so ends the row before it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Label

from app.core.catalogue.costs import cost_in_force
from app.core.catalogue.models import VariantCost
from app.core.pricing.models import Price
from app.core.pricing.price_columns import price_in_force
from app.core.transaction import Transaction


def columns_in_force(tx: Transaction, currency: str) -> tuple[Label[Any], Label[Any]]:
    """Return the columns `price` and `cost` for a query of Variant."""
    price, cost = price_in_force(currency, tx.now), cost_in_force(currency, tx.now)
    return price.label("price"), cost.label("cost")


def start(
    tx: Transaction,
    variant_id: UUID,
    currency: str,
    event_id: UUID,
    *,
    price: int | None,
    cost: int | None,
) -> None:
    """Let a price and a cost start now. None keeps the one in force."""
    row = {"variant_id": variant_id, "currency": currency, "starts_at": tx.now}
    if price is not None:
        tx.insert(Price, **row, amount=price, event_id=event_id)
    if cost is not None:
        tx.insert(VariantCost, **row, amount=cost)
