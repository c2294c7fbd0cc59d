"""What is of no use any more: challenges, sessions and budgets that are over, carts that guests left standing."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

KEPT = {
    "challenges": timedelta(days=1),
    "sessions": timedelta(days=30),
    "budgets": timedelta(days=1),
    "carts": timedelta(days=30),
}
"""After their end, or after the last thing that was done to a cart."""
AT_ONCE = 1000
"""Rows of a kind in one transaction, so that none of them holds others up for long."""


def forget_old(session: Session, now: datetime) -> int:
    """Delete a batch of each; how many rows. What is left waits for the next run."""
    gone = 0
    for name, statement in _FORGET.items():
        before = {"before": now - KEPT[name], "most": AT_ONCE}
        gone += session.connection().execute(statement, before).rowcount
    return gone


# A cart that became an order is part of its history, one of a customer is hers: neither is a guest's.
_FORGET = {
    "challenges": text("""
        DELETE FROM account_challenges WHERE id IN (
            SELECT id FROM account_challenges WHERE expires_at < :before LIMIT :most
        )
    """),
    "sessions": text("""
        DELETE FROM account_sessions WHERE id IN (
            SELECT id FROM account_sessions WHERE expires_at < :before LIMIT :most
        )
    """),
    "budgets": text("""
        DELETE FROM budgets WHERE (purpose, subject) IN (
            SELECT purpose, subject FROM budgets WHERE renews_at < :before LIMIT :most
        )
    """),
    "carts": text("""
        WITH old AS (
            SELECT id FROM carts
            WHERE customer_id IS NULL AND order_id IS NULL AND created_at < :before AND last_activity_at < :before
            ORDER BY created_at LIMIT :most FOR UPDATE SKIP LOCKED
        ), lines AS (
            DELETE FROM cart_lines WHERE cart_id IN (SELECT id FROM old)
        ), coupons AS (
            DELETE FROM cart_coupons WHERE cart_id IN (SELECT id FROM old)
        )
        DELETE FROM carts WHERE id IN (SELECT id FROM old)
    """),
}
