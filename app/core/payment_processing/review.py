"""Flags an order for review by staff, because its money is not as it should be."""

from typing import Any

from app.core.event_kinds import EventKind
from app.core.orders.locking import OpenOrder
from app.core.payment_processing.events import ORDER_REVIEW_CLEARED, ORDER_REVIEW_FLAGGED
from app.core.tasks import tasks

REVIEW_REASONS = (
    "capture_declined", "void_declined", "close_declined", "refund_declined", "wrong_amount",
    "disputed", "authorisation_expiring", "balance_open",
)  # fmt: skip


def flag_for_review(open_order: OpenOrder, reason: str) -> None:
    """Flag the order and open a task at its store. The first reason stays until the review ends."""
    tx, order, place = open_order.tx, open_order.order, open_order.review_place
    order.review_reason = order.review_reason or reason
    open_order.record(ORDER_REVIEW_FLAGGED, {"review_reason": reason}, place.location_id)
    tx.write()  # two refunds may fail at once: the second finds the task of the first
    tasks.open_task(tx, "payment_review", order.id, place.id, place.location_id, due_at=tx.now)


def clear_review(
    open_order: OpenOrder, kind: EventKind = ORDER_REVIEW_CLEARED, **payload: Any
) -> None:
    """End the review and its task. `kind` says whether the reason went away by itself or staff resolved it."""
    tx, order = open_order.tx, open_order.order
    facts = {"review_reason": order.review_reason, **payload}
    open_order.record(kind, facts, open_order.review_place.location_id)
    order.review_reason = None
    tx.write()  # its task may be of this transaction
    for fulfilment in open_order.fulfilments:
        tasks.finish(tx, fulfilment.id, "payment_review")
