from dataclasses import dataclass
from uuid import UUID

from app.core.customers.merges import lock_two
from app.core.errors import Conflict, Invalid
from app.core.transaction import Transaction


@dataclass(frozen=True)
class MergeCustomers:
    customer_id: UUID
    """Who stays."""
    merged_id: UUID
    """Who turned out to be the same."""
    reason: str
    """One of records.BECAUSE."""


def merge_customers(tx: Transaction, command: MergeCustomers) -> UUID:
    """Take two customers for one from now on; the id of who stays.

    1. Lock both, in the order of their ids.
    2. Each must stand for itself: what was merged before goes along with whom it was merged into, and so no
       merge can make a circle.
    3. Point one to the other. No other row is touched: reads go through `family`.

    Raises NotFound, Invalid, Conflict (customer_merged, customer_erased).
    """
    if command.customer_id == command.merged_id:
        raise Invalid("These are one already: name two.", customer=["the same as in the address"])
    stays, merged = lock_two(tx, command.customer_id, command.merged_id)
    for one in (stays, merged):
        if one.merged_into_id is not None:
            raise Conflict(
                "One of them was merged into another: merge that one.",
                code="customer_merged",
                customer=one.id,
                into=one.merged_into_id,
            )
    merged.merged_into_id = stays.id
    told = {"merged_id": merged.id, "because": command.reason}
    event_id = tx.record("customer.merged", told, customer_id=stays.id)
    tx.insert(
        "customer_merges",
        merged_id=merged.id, into_id=stays.id, undoes_id=None, because=command.reason,
        event_id=event_id, created_at=tx.now,
    )  # fmt: skip
    return stays.id
