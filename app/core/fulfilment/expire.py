from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.fulfilment.release_order import release_order
from app.core.model import constant
from app.core.orders import locking, notify
from app.core.orders.models import Fulfilment, Order
from app.core.orders.statuses import AWAITING_COLLECTION
from app.core.orders.transitions import move_to
from app.core.payment_processing.release import release_payments
from app.core.payments import tenders
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ExpireOrder:
    order_id: UUID


def expire(tx: Transaction, command: ExpireOrder) -> bool:
    """End an order that was not collected, or not paid, in time; False when there was nothing to do (any more).

    Goods of an unpaid order are not given back while somebody may still pay for them: its page is closed first,
    and only once the provider has confirmed that, by another run, does the order end.
    """
    order, fulfilment = locking.by_id(tx.session, command.order_id)
    if not _is_over(order, fulfilment, tx.now):
        return False
    open_payments = [one for one in tenders.of(tx.session, order.id) if one.status == "open"]
    # What was paid with another amount stays open here for ever: somebody looks at it, and the goods are free.
    if order.status == "unpaid" and open_payments and order.review_reason != "wrong_amount":
        release_payments(tx, order, open_payments)
        return True
    event_id = move_to(tx, order, fulfilment, "expired")
    fulfilment.arrived_at = None
    release_order(tx, order, fulfilment)
    notify.notify_customer(tx, order.id, event_id, "expired")
    return True


def _is_over(order: Order, fulfilment: Fulfilment, now: datetime) -> bool:
    if order.status == "unpaid":
        return order.pay_by is not None and order.pay_by <= now
    return order.status in AWAITING_COLLECTION and fulfilment.collect_by <= now


def overdue(session: Session, now: datetime, limit: int = 500) -> Sequence[UUID]:
    """The orders whose time to pay or to collect is over, the oldest first."""
    unpaid = (
        select(Order.id)
        .where(Order.status == constant("unpaid"), Order.pay_by <= now)
        .order_by(Order.pay_by)
        .limit(limit)
    )
    uncollected = (
        select(Fulfilment.order_id)
        .where(
            Fulfilment.status.in_([constant(status) for status in ("open", "picking", "ready")]),
            Fulfilment.collect_by <= now,
        )
        .order_by(Fulfilment.collect_by)
        .limit(limit)
    )
    return [*session.scalars(unpaid), *session.scalars(uncollected)]
