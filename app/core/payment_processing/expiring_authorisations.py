"""Authorisations that end before the goods are collected: capture them, or flag the order for review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.orders import locking
from app.core.orders.locking import OpenOrder
from app.core.payment_processing import review
from app.core.payment_processing.capture import capture_amounts, capture_card
from app.core.transaction import Transaction

MARGIN = timedelta(hours=12)
"""An authorisation must outlast the last moment to collect by this time. Otherwise it is captured at once."""
WARNING_TIME = timedelta(hours=24)
"""How long before the end of an authorisation an order is flagged whose goods are not ready."""
NOT_READY = ("placed", "picking")


def capture_before_expiry(open_order: OpenOrder) -> None:
    """Capture cards whose authorisation would end before the goods of a ready order are collected.

    If they are never collected, cancelling or expiring the order refunds the amount.
    """
    last = max(one.collect_by for one in open_order.fulfilments if one.status == "ready")
    shares = capture_amounts(open_order)
    for payment in open_order.payments:
        before = payment.capture_before
        if payment.id not in shares or before is None or not shares[payment.id]:
            continue
        if before < last + MARGIN:
            capture_card(open_order, payment, shares[payment.id])


@dataclass(frozen=True)
class FlagExpiringAuthorisation:
    order_id: UUID


def flag_expiring_authorisation(tx: Transaction, command: FlagExpiringAuthorisation) -> bool:
    """Flag an order whose goods are not ready while its authorisation is about to end. Return whether it still
    is so."""
    open_order = locking.load_by_id(tx, command.order_id)
    is_expiring = open_order.order.status in NOT_READY and any(
        one.status == "authorised"
        and one.capture_before
        and one.capture_before <= tx.now + WARNING_TIME
        for one in open_order.payments
    )
    if is_expiring:
        review.flag_for_review(open_order, "authorisation_expiring")
    return is_expiring


def expiring(session: Session, now: datetime, limit: int = 200) -> Sequence[UUID]:
    """Return the orders with an expiring authorisation that were not flagged for it yet, the soonest first."""
    return session.scalars(_EXPIRING, {"until": now + WARNING_TIME, "limit": limit}).all()


_EXPIRING = text("""
    SELECT p.order_id FROM payments p JOIN orders o ON o.id = p.order_id
    WHERE p.status = 'authorised' AND p.capture_before <= :until AND o.status IN ('placed', 'picking')
        AND NOT EXISTS (
            SELECT 1 FROM events e
            WHERE e.order_id = o.id AND e.kind = 'order.review_flagged'
                AND e.payload ->> 'review_reason' = 'authorisation_expiring')
    ORDER BY p.capture_before LIMIT :limit
""")
