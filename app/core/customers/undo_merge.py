from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.customers.merges import lock_two
from app.core.customers.models import CustomerMerge
from app.core.errors import Conflict, NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class UndoMerge:
    customer_id: UUID
    """Who stayed."""
    merge_id: UUID


def undo_merge(tx: Transaction, command: UndoMerge) -> UUID:
    """Take the two for two again; the id of who had stayed. Raises NotFound, Conflict (merge_undone).

    Whatever was done meanwhile was kept under the id by which it was done, and goes with it.
    """
    made = tx.session.get(CustomerMerge, command.merge_id)
    if made is None or made.undoes_id is not None or made.into_id != command.customer_id:
        raise NotFound("There is no such merge: see the customer's merges.")
    stays, merged = lock_two(tx, made.into_id, made.merged_id)
    if tx.session.scalar(select(CustomerMerge.id).where(CustomerMerge.undoes_id == made.id)):
        raise Conflict("This merge was undone already.", code="merge_undone")
    merged.merged_into_id = None
    told = {"merged_id": merged.id, "merge_id": made.id}
    event_id = tx.record("customer.merge_undone", told, customer_id=stays.id)
    tx.insert(
        "customer_merges",
        merged_id=merged.id, into_id=stays.id, undoes_id=made.id, because="told",
        event_id=event_id, created_at=tx.now,
    )  # fmt: skip
    return stays.id
