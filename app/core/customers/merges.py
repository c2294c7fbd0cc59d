"""What merging and undoing share: the two customers, locked in one order."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.customers.merged_customers import not_found
from app.core.customers.models import Customer
from app.core.errors import Conflict
from app.core.transaction import Transaction


def lock_two(tx: Transaction, first: UUID, second: UUID) -> tuple[Customer, Customer]:
    """Both, as they are once nobody else changes them. Raises NotFound, Conflict (customer_erased)."""
    found = {one.id: one for one in _lock(tx, [first, second])}
    if len(found) < 2:
        raise not_found()
    if any(one.erased_at for one in found.values()):
        raise Conflict("One of them was erased: nothing is kept of her.", code="customer_erased")
    return found[first], found[second]


def _lock(tx: Transaction, ids: Sequence[UUID]) -> Sequence[Customer]:
    """In the order of their ids, so that two who merge the same two never wait for each other."""
    query = (
        select(Customer)
        .where(Customer.id.in_(ids))
        .order_by(Customer.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return tx.session.scalars(query).all()
