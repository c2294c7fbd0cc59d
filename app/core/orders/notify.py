"""Enqueues notifications about an order in the transaction of the event; the worker sends them."""

from typing import Literal
from uuid import UUID

from app.core.transaction import Transaction

Template = Literal[
    "placed", "items_unavailable", "nothing_available", "ready", "reminder", "new_code", "expired",
    "reinstated", "collected", "cancelled", "refunded", "late_payment_released", "payment_requested",
    "gift_cards",
]  # fmt: skip


def notify_customer(tx: Transaction, order_id: UUID, event_id: UUID, template: Template) -> None:
    """Enqueue a notification of the event in this transaction: without a commit, nothing is sent."""
    tx.ports.jobs.enqueue(
        tx.session,
        "send_notification",
        order_id=str(order_id),
        event_id=str(event_id),
        template=template,
    )
