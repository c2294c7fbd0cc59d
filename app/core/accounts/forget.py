"""What is of no use any more: challenges, sessions and budgets that are over, carts that guests left standing."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

AT_ONCE = 100
"""Rows of a kind in one transaction, so that none of them holds others up for long."""

ENDED = {
    "account_challenges": timedelta(days=1),
    "account_sessions": timedelta(days=30),
}
"""How long they are kept after their end: the sessions for who asks what became of hers."""
BUDGETS_KEPT = timedelta(hours=1)
CARTS_KEPT = timedelta(days=30)
"""After the last thing that was done to it."""


def forget_old(session: Session, now: datetime) -> int:
    """Delete a batch of each; how many rows. None: nothing is left to forget."""
    gone = 0
    for table, kept in ENDED.items():
        given = {"before": now - kept, "most": AT_ONCE}
        gone += session.connection().execute(_ENDED[table], given).rowcount
    given = {"before": now - BUDGETS_KEPT, "most": AT_ONCE}
    gone += session.connection().execute(_BUDGETS, given).rowcount
    return gone + _carts(session, now)


def _carts(session: Session, now: datetime) -> int:
    given = {"before": now - CARTS_KEPT, "most": AT_ONCE}
    ids = list(session.scalars(_LEFT_CARTS, given))
    for statement in _CARTS:
        session.execute(statement, {"ids": ids})
    return len(ids)


_ENDED = {
    table: text(f"""
        DELETE FROM {table} WHERE id = ANY (ARRAY(
            SELECT id FROM {table} WHERE expires_at < :before ORDER BY expires_at LIMIT :most
        ))
    """)  # noqa: S608 - the names are ours
    for table in ENDED
}
_BUDGETS = text("""
    DELETE FROM budgets WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM budgets WHERE renews_at < :before ORDER BY renews_at LIMIT :most FOR UPDATE SKIP LOCKED
    ))
""")
# A cart that became an order is part of its history, one of a customer is hers: neither is a guest's.
_LEFT_CARTS = text("""
    SELECT id FROM carts
    WHERE customer_id IS NULL AND order_id IS NULL AND created_at < :before AND last_activity_at < :before
    ORDER BY created_at LIMIT :most FOR UPDATE SKIP LOCKED
""")
_CARTS = (
    text("DELETE FROM cart_lines WHERE cart_id = ANY (:ids)"),
    text("DELETE FROM cart_coupons WHERE cart_id = ANY (:ids)"),
    text("DELETE FROM carts WHERE id = ANY (:ids)"),
)
