from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.customers.merged_customers import not_found
from app.core.customers.models import Customer
from app.core.errors import Conflict
from app.core.transaction import Transaction


@dataclass(frozen=True)
class UpdateCustomer:
    customer_id: UUID
    changes: dict[str, Any]
    """By name: customer_group, tags, locale."""


def update_customer(tx: Transaction, command: UpdateCustomer) -> UUID:
    """Change what a merchant says of a customer; her id. Raises NotFound, Conflict (customer_erased).

    Of one who was merged into another her own row is changed, so that it goes with her when that is undone.
    """
    customer = lock_customer(tx, command.customer_id)
    before = {name: getattr(customer, name) for name in command.changes}
    for name, value in command.changes.items():
        setattr(customer, name, value)
    changed = sorted(name for name, value in command.changes.items() if value != before[name])
    if changed:
        # Tags are people's words, and may say what must be forgotten one day: their names alone are kept.
        told: dict[str, Any] = {"fields": changed}
        if "customer_group" in changed:
            told |= {"before": before["customer_group"], "after": customer.customer_group}
        tx.record("customer.changed", told, customer_id=customer.id)
    return customer.id


def lock_customer(tx: Transaction, customer_id: UUID) -> Customer:
    """The customer, for a change. Raises NotFound, Conflict (customer_erased)."""
    customer = tx.session.get(Customer, customer_id, with_for_update={"key_share": True})
    if customer is None:
        raise not_found()
    if customer.erased_at is not None:
        raise Conflict("This customer was erased: nothing is kept of her.", code="customer_erased")
    return customer
