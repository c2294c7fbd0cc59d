"""Opens and finishes the tasks of fulfilments, orders and stock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, select, update

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
    """Open a task for the shop, unless the fulfilment has an open task of this kind."""
    is_open = tx.session.scalar(
        select(literal(1)).where(
            Task.fulfilment_id == fulfilment_id, Task.kind == kind, Task.finished_at.is_(None)
        )
    )
    if not is_open:
        tx.insert(
            Task,
            kind=kind, department="shop", location_id=location_id, due_at=due_at, order_id=order_id,
            fulfilment_id=fulfilment_id, created_at=tx.now,
        )  # fmt: skip


def finish(tx: Transaction, fulfilment_id: UUID, *kinds: str) -> None:
    """Finish the fulfilment's open tasks of these kinds."""
    _finish(tx, Task.fulfilment_id == fulfilment_id, kinds)


def finish_shortfalls(tx: Transaction, order_id: UUID) -> None:
    """Finish the tasks about the order's missing units: staff no longer need to decide about them."""
    _finish(tx, Task.order_id == order_id, ("shortfall",))


def finish_counts(tx: Transaction, location_id: UUID, variant_ids: Sequence[UUID]) -> None:
    """Finish the count tasks of these variants."""
    _finish(tx, and_(Task.location_id == location_id, Task.variant_id.in_(variant_ids)), ("count",))


def _finish(tx: Transaction, condition: ColumnElement[bool], kinds: Sequence[str]) -> None:
    """Move open tasks to finished, the only move of the status table TASK. Finished ones keep their time."""
    tx.session.execute(
        update(Task)
        .where(condition, Task.kind.in_(kinds), Task.finished_at.is_(None))
        .values(finished_at=tx.now)
        .execution_options(synchronize_session=False)
    )
