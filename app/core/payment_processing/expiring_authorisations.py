"""Authorisations end by themselves: what would end before the goods are collected is taken when they are ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.orders import locking
from app.core.orders.models import Fulfilment, Order
from app.core.payment_processing import review
from app.core.payment_processing.capture import capture_amounts, capture_card
from app.core.payments import tenders
from app.core.payments.models import Payment
from app.core.transaction import Transaction

MARGIN = timedelta(hours=12)
"""By so much an authorisation outlasts the last moment to collect; else it is taken at once."""
WARNED = timedelta(hours=24)
"""So long before its end somebody is told of goods that are not ready."""


def capture_before_expiry(
    tx: Transaction, order: Order, fulfilment: Fulfilment, payments: Sequence[Payment]
) -> None:
    """Capture cards that would not hold until the goods are collected; should they never be, cancelling or
    expiring gives it back. Of a ready order, which is locked with its payments."""
    shares = capture_amounts(order, payments)
    for payment in payments:
        before = payment.capture_before
        if payment.id not in shares or before is None or not shares[payment.id]:
            continue
        if before < fulfilment.collect_by + MARGIN:
            capture_card(tx, order, payment, shares[payment.id])


@dataclass(frozen=True)
class FlagLapsing:
    order_id: UUID


def flag_lapsing(tx: Transaction, command: FlagLapsing) -> bool:
    """Have somebody see to goods that are not ready while their money is about to be gone; whether that is so
    still."""
    order, fulfilment = locking.by_id(tx.session, command.order_id)
    payments = tenders.of(tx.session, order.id)
    is_lapsing = order.status in NOT_READY and any(
        one.status == "authorised" and one.capture_before and one.capture_before <= tx.now + WARNED
        for one in payments
    )
    if is_lapsing:
        review.flag_for_review(tx, order, fulfilment, "lapsing")
    return is_lapsing


NOT_READY = ("placed", "picking")


def lapsing(session: Session, now: datetime, limit: int = 200) -> Sequence[UUID]:
    """Orders of which nobody was told yet, the soonest first."""
    return session.scalars(_LAPSING, {"until": now + WARNED, "limit": limit}).all()


_LAPSING = text("""
    SELECT p.order_id FROM payments p JOIN orders o ON o.id = p.order_id
    WHERE p.status = 'authorised' AND p.capture_before <= :until AND o.status IN ('placed', 'picking')
        AND NOT EXISTS (
            SELECT 1 FROM events e
            WHERE e.order_id = o.id AND e.kind = 'order.review_flagged'
                AND e.payload ->> 'review_reason' = 'lapsing')
    ORDER BY p.capture_before LIMIT :limit
""")
