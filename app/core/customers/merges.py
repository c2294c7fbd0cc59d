"""Merge two customers into one person, undo a merge, and preview one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.core.customers import queries
from app.core.customers.events import CUSTOMER_MERGE_UNDONE, CUSTOMER_MERGED, CUSTOMER_VIEWED
from app.core.customers.merged_customers import not_found
from app.core.customers.models import Customer, CustomerMerge
from app.core.customers.queries import CustomerDetail
from app.core.errors import Conflict, Invalid, NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class MergeCustomers:
    customer_id: UUID
    """The customer that stays."""
    merged_id: UUID
    """The customer that turned out to be the same person."""
    reason: str
    """One of MERGE_REASONS."""


def merge_customers(tx: Transaction, command: MergeCustomers) -> UUID:
    """Merge one customer into another; return the id of the one that stays.

    1. Lock both, in the order of their ids.
    2. Refuse a customer that was already merged into another. What was merged before moves along with its
       customer, so no merge can make a circle.
    3. Point one to the other. No other row changes: reads go through `merged_customers`.

    Raises NotFound, Invalid, Conflict (customer_merged, customer_erased).
    """
    if command.customer_id == command.merged_id:
        raise Invalid(
            "These are the same customer. Name two customers.",
            customer=["the same as in the address"],
        )
    stays, merged = _lock_two(tx, command.customer_id, command.merged_id)
    for customer in (stays, merged):
        if customer.merged_into_id is not None:
            raise Conflict(
                "One of the customers was merged into another. Merge that one instead.",
                code="customer_merged",
                customer=customer.id,
                into=customer.merged_into_id,
            )
    merged.merged_into_id = stays.id
    payload = {"merged_id": merged.id, "reason": command.reason}
    event_id = tx.record(CUSTOMER_MERGED, payload, customer_id=stays.id)
    tx.insert(
        CustomerMerge,
        merged_id=merged.id, into_id=stays.id, undoes_id=None, reason=command.reason,
        event_id=event_id, created_at=tx.now,
    )  # fmt: skip
    return stays.id


@dataclass(frozen=True)
class UndoMerge:
    customer_id: UUID
    """The customer that stayed."""
    merge_id: UUID


def undo_merge(tx: Transaction, command: UndoMerge) -> UUID:
    """Undo a merge; return the id of the customer that had stayed. Raises NotFound, Conflict (merge_undone).

    Everything done since the merge has the id of the customer it was done for, and stays with that customer.
    """
    merge = tx.session.get(CustomerMerge, command.merge_id)
    if merge is None or merge.undoes_id is not None or merge.into_id != command.customer_id:
        raise NotFound("Merge not found. List the customer's merges.")
    stays, merged = _lock_two(tx, merge.into_id, merge.merged_id)
    if tx.session.scalar(select(CustomerMerge.id).where(CustomerMerge.undoes_id == merge.id)):
        raise Conflict("This merge was already undone.", code="merge_undone")
    merged.merged_into_id = None
    payload = {"merged_id": merged.id, "merge_id": merge.id}
    event_id = tx.record(CUSTOMER_MERGE_UNDONE, payload, customer_id=stays.id)
    tx.insert(
        CustomerMerge,
        merged_id=merged.id, into_id=stays.id, undoes_id=merge.id, reason="confirmed",
        event_id=event_id, created_at=tx.now,
    )  # fmt: skip
    return stays.id


@dataclass(frozen=True)
class PreviewMerge:
    customer_id: UUID
    merged_id: UUID


@dataclass(frozen=True)
class MergePreview:
    stays: CustomerDetail
    merged: CustomerDetail
    result: CustomerDetail
    """The person that the merge would make of the two."""
    differs: Sequence[str]
    """The single values that both have and that are not the same."""


def preview_merge(tx: Transaction, command: PreviewMerge) -> MergePreview:
    """Return both customers and the person that a merge would make of them. Change nothing, but record with each
    customer that staff viewed it. Raises NotFound, Invalid for two parts of one person."""
    both = [queries.person_rows(tx.session, id) for id in (command.customer_id, command.merged_id)]
    stays, merged = (queries.combine(rows) for rows in both)
    if stays.id == merged.id:
        raise Invalid(
            "These are the same customer. Name two customers.", customer=["the same person"]
        )
    for customer in (stays, merged):
        tx.record(CUSTOMER_VIEWED, {"what": "merge"}, customer_id=customer.id)
    return MergePreview(
        stays=stays,
        merged=merged,
        result=queries.combine([*both[0], *both[1]]),
        differs=[
            name
            for name in queries.SINGLE_VALUES
            if _differ(getattr(stays, name), getattr(merged, name))
        ],
    )


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _lock_two(tx: Transaction, first: UUID, second: UUID) -> tuple[Customer, Customer]:
    """Return both customers, locked. Raises NotFound, Conflict (customer_erased).

    The locks are taken in the order of the ids, so two users who merge the same two never deadlock.
    """
    query = (
        select(Customer)
        .where(Customer.id.in_((first, second)))
        .order_by(Customer.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = {customer.id: customer for customer in tx.session.scalars(query)}
    if len(found) < 2:
        raise not_found()
    if any(customer.erased_at for customer in found.values()):
        raise Conflict(
            "One of the customers was erased and can no longer change.", code="customer_erased"
        )
    return found[first], found[second]
