"""An order whose money is not where it should be: somebody has to look at it."""

from typing import Any

from app.core.event_kinds import EventKind
from app.core.orders.models import Fulfilment, Order
from app.core.payment_processing.events import ORDER_REVIEW_CLEARED, ORDER_REVIEW_FLAGGED
from app.core.tasks import tasks
from app.core.transaction import Transaction

REVIEW_REASONS = (
    "capture_declined", "void_declined", "close_declined", "refund_declined", "wrong_amount",
    "disputed", "lapsing", "unsettled",
)  # fmt: skip


def clear_review(
    tx: Transaction,
    order: Order,
    fulfilment: Fulfilment,
    kind: EventKind = ORDER_REVIEW_CLEARED,
    **facts: Any,
) -> None:
    """Nothing is to be looked at any more: it came right by itself; or somebody has dealt with it, and an event of
    another kind tells how."""
    payload = {"review_reason": order.review_reason, **facts}
    tx.record(kind, payload, order_id=order.id, location_id=fulfilment.location_id)
    order.review_reason = None
    tx.write()  # its task may be of this transaction
    tasks.finish(tx, fulfilment.id, "payment_review")


def flag_for_review(tx: Transaction, order: Order, fulfilment: Fulfilment, why: str) -> None:
    """Mark the order and open a task at its store. The first reason stays until somebody has dealt with it."""
    order.review_reason = order.review_reason or why
    tx.record(
        ORDER_REVIEW_FLAGGED,
        {"review_reason": why},
        order_id=order.id,
        location_id=fulfilment.location_id,
    )
    tx.write()  # two refunds may fail at once: the second finds the task of the first
    tasks.open_task(
        tx, "payment_review", order.id, fulfilment.id, fulfilment.location_id, due_at=tx.now
    )
