"""Ends orders that were not paid or not collected in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.fulfilment.release_order import release_order
from app.core.model import constant
from app.core.orders import locking, notify
from app.core.orders.locking import OpenOrder
from app.core.orders.models import Fulfilment, Order
from app.core.orders.statuses import AWAITING_COLLECTION, FULFILMENT_AWAITING_COLLECTION
from app.core.payment_processing.sessions import close_session
from app.core.transaction import Transaction


@dataclass(frozen=True)
class ExpireOrder:
    order_id: UUID


def expire(tx: Transaction, command: ExpireOrder) -> bool:
    """Expire an order that was not collected, or not paid, in time. Return False if there is nothing to do.

    The goods of an unpaid order stay reserved while the shopper can still pay for them: close the payment page
    first. The order expires in a later run, once the provider has confirmed that the page is closed.
    """
    open_order = locking.load_by_id(tx, command.order_id)
    overdue_fulfilments = _overdue(open_order, tx.now)
    if not overdue_fulfilments:
        return False
    if _awaits_payment(open_order):
        close_session(open_order)
        return True
    event_id = open_order.move_to("expired", overdue_fulfilments)
    for one in overdue_fulfilments:
        one.arrived_at = None
    release_order(open_order)
    notify.notify_customer(tx, open_order.order.id, event_id, "expired")
    return True


def _overdue(open_order: OpenOrder, now: datetime) -> list[Fulfilment]:
    """Return the fulfilments whose time to collect is over: all of an order whose time to pay is over."""
    order = open_order.order
    if order.status == "unpaid":
        is_over = order.pay_by is not None and order.pay_by <= now
        return list(open_order.fulfilments) if is_over else []
    if order.status not in AWAITING_COLLECTION:
        return []
    return [one for one in open_order.fulfilments if one.collect_by <= now]


def _awaits_payment(open_order: OpenOrder) -> bool:
    """Return True while the shopper can still pay for an unpaid order.

    The session of a payment with another amount stays open: staff review it, and the goods are free.
    """
    order = open_order.order
    if order.status != "unpaid" or order.review_reason == "wrong_amount":
        return False
    return open_order.open_session is not None


def overdue(session: Session, now: datetime, limit: int = 500) -> Sequence[UUID]:
    """Return the orders whose time to pay or to collect is over, the oldest first."""
    unpaid = (
        select(Order.id)
        .where(Order.status == constant("unpaid"), Order.pay_by <= now)
        .order_by(Order.pay_by)
        .limit(limit)
    )
    waiting = [constant(status) for status in FULFILMENT_AWAITING_COLLECTION]
    uncollected = (
        select(Fulfilment.order_id)
        .where(Fulfilment.status.in_(waiting), Fulfilment.collect_by <= now)
        .order_by(Fulfilment.collect_by)
        .limit(limit)
    )
    return [*session.scalars(unpaid), *session.scalars(uncollected)]
