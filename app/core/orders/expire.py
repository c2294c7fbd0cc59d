from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.model import constant
from app.core.orders import letters, open_orders
from app.core.orders.ending import let_go
from app.core.orders.history import move_to
from app.core.orders.models import Fulfilment
from app.core.orders.states import WAITING
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ExpireOrder:
    order_id: UUID


def expire(tx: Transaction, command: ExpireOrder) -> bool:
    """End an order that was not collected in time; False when there was nothing to do (any more)."""
    order, fulfilment = open_orders.by_id(tx.session, command.order_id)
    if order.state not in WAITING or fulfilment.collect_by > tx.now:
        return False
    event_id = move_to(tx, order, fulfilment, "expired")
    fulfilment.arrived_at = None
    let_go(tx, order, fulfilment)
    letters.tell(tx, order.id, event_id, "expired")
    return True


def overdue(session: Session, now: datetime, limit: int = 500) -> Sequence[UUID]:
    """The orders whose time to collect is over, the oldest first."""
    found = (
        select(Fulfilment.order_id)
        .where(
            Fulfilment.state.in_([constant(state) for state in ("open", "picking", "ready")]),
            Fulfilment.collect_by <= now,
        )
        .order_by(Fulfilment.collect_by)
        .limit(limit)
    )
    return session.scalars(found).all()
