"""The letters about an order. They are queued with what happened, and sent after it was committed."""

from typing import Literal
from uuid import UUID

from app.core.transaction import Transaction

Template = Literal[
    "placed", "short", "nothing_left", "ready", "reminder", "new_code", "expired", "reinstated", "collected",
    "cancelled", "refunded", "paid_too_late", "pay_again",
    "gift_cards",
]  # fmt: skip


def notify_customer(tx: Transaction, order_id: UUID, event_id: UUID, template: Template) -> None:
    """Have the shopper told of the event, in this transaction: no commit, no letter."""
    tx.ports.jobs.put(
        tx.session, "tell", order_id=str(order_id), event_id=str(event_id), template=template
    )
