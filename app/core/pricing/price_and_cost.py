"""What a variant sells for and costs us: rows that start now, and so end those before them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Label

from app.core.catalogue.costs import cost_in_force
from app.core.pricing.price_columns import price_in_force
from app.core.transaction import Transaction


def columns_in_force(tx: Transaction, currency: str) -> tuple[Label[Any], Label[Any]]:
    """The columns `price` and `cost` for a query of Variant."""
    return price_in_force(currency, tx.now).label("price"), cost_in_force(currency, tx.now).label(
        "cost"
    )


def start(
    tx: Transaction,
    variant_id: UUID,
    currency: str,
    event_id: UUID,
    *,
    price: int | None,
    cost: int | None,
) -> None:
    """Let a price and a cost begin now; None leaves what is in force."""
    row = {"variant_id": variant_id, "currency": currency, "starts_at": tx.now}
    if price is not None:
        tx.insert("prices", **row, amount=price, event_id=event_id)
    if cost is not None:
        tx.insert("variant_costs", **row, amount=cost)
