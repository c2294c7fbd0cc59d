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
    """Remind once that the goods are waiting; False when there was nothing to do (any more)."""
    order, fulfilment = locking.by_id(tx.session, command.order_id)
    if order.status != "ready" or fulfilment.remind_at is None or fulfilment.remind_at > tx.now:
        return False
    fulfilment.remind_at = None
    event_id = tx.record(ORDER_REMINDED, {}, order_id=order.id, location_id=fulfilment.location_id)
    notify.notify_customer(tx, order.id, event_id, "reminder")
    return True


def due(session: Session, now: datetime, limit: int = 500) -> Sequence[UUID]:
    """The orders whose shopper is to be reminded, the oldest first."""
    found = (
        select(Fulfilment.order_id)
        .where(Fulfilment.status == constant("ready"), Fulfilment.remind_at <= now)
        .order_by(Fulfilment.remind_at)
        .limit(limit)
    )
    return session.scalars(found).all()
