"""Opening and finishing the tasks of a fulfilment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, text, update

from app.core.tasks.models import Task
from app.core.transaction import Transaction


def open_task(
    tx: Transaction,
    kind: str,
    order_id: UUID,
    fulfilment_id: UUID,
    location_id: UUID,
    due_at: datetime,
) -> None:
    """Open a task for the shop, unless the same one is open already."""
    is_open = tx.session.scalar(_OPEN, {"fulfilment_id": fulfilment_id, "kind": kind})
    if not is_open:
        tx.insert(
            "tasks",
            kind=kind, department="shop", location_id=location_id, due_at=due_at, order_id=order_id,
            fulfilment_id=fulfilment_id, created_at=tx.now,
        )  # fmt: skip


def finish(tx: Transaction, fulfilment_id: UUID, *kinds: str) -> None:
    _finish(tx, Task.fulfilment_id == fulfilment_id, kinds)


def finish_shortfalls(tx: Transaction, order_id: UUID) -> None:
    """Nobody has to decide about an order's missing units any more."""
    _finish(tx, Task.order_id == order_id, ("shortfall",))


def finish_counts(tx: Transaction, location_id: UUID, variant_ids: Sequence[UUID]) -> None:
    """These variants were counted."""
    _finish(tx, and_(Task.location_id == location_id, Task.variant_id.in_(variant_ids)), ("count",))


def _finish(tx: Transaction, which: ColumnElement[bool], kinds: Sequence[str]) -> None:
    tx.session.execute(
        update(Task)
        .where(which, Task.kind.in_(kinds), Task.finished_at.is_(None))
        .values(finished_at=tx.now)
        .execution_options(synchronize_session=False)
    )


_OPEN = text(
    "SELECT 1 FROM tasks WHERE fulfilment_id = :fulfilment_id AND kind = :kind AND finished_at IS NULL"
)
