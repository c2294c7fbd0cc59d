"""Reminds customers of goods that wait for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.fulfilment.events import ORDER_REMINDED
from app.core.model import constant
from app.core.orders import locking, notify
from app.core.orders.models import Fulfilment
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RemindShopper:
    order_id: UUID


def remind(tx: Transaction, command: RemindShopper) -> bool:
    """Remind the customer once of goods that wait. Return False if there is nothing to do."""
    open_order = locking.load_by_id(tx, command.order_id)
    to_remind = [
        one
        for one in open_order.fulfilments
        if one.status == "ready" and one.remind_at is not None and one.remind_at <= tx.now
    ]
    for one in to_remind:
        one.remind_at = None
        event_id = open_order.record(ORDER_REMINDED, {}, one.location_id)
        notify.notify_customer(tx, open_order.order.id, event_id, "reminder")
    return bool(to_remind)


def due(session: Session, now: datetime, limit: int = 500) -> Sequence[UUID]:
    """Return the orders whose customer is to be reminded, the oldest first."""
    found = (
        select(Fulfilment.order_id)
        .where(Fulfilment.status == constant("ready"), Fulfilment.remind_at <= now)
        .order_by(Fulfilment.remind_at)
        .limit(limit)
    )
    return session.scalars(found).all()
