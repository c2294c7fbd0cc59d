"""Enqueues notifications about an order in the transaction of the event; the worker sends them."""

from typing import Literal
from uuid import UUID

from app.core.transaction import Transaction

Template = Literal[
    "placed", "short", "nothing_left", "ready", "reminder", "new_code", "expired", "reinstated", "collected",
    "cancelled", "refunded", "paid_too_late", "pay_again",
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
