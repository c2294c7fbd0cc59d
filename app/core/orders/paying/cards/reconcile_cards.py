"""Comes back to cards of which we are not sure that the provider has them as we do."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.orders.paying.reconcile import LEFT_ALONE, WATCHED


def undetached(session: Session, now: datetime, limit: int = 200) -> Sequence[UUID]:
    """Cards that were removed, by her or with her, and that the provider may still keep. The oldest first."""
    values = {"until": now - LEFT_ALONE, "limit": limit}
    return session.execute(_UNDETACHED, values).scalars().all()


def awaited(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Those who may have given a card to keep without our hearing of it, as the provider knows them."""
    values = {"since": now - WATCHED, "until": now - LEFT_ALONE, "limit": limit}
    return session.execute(_AWAITED, values).scalars().all()


def await_no_longer(session: Session, now: datetime) -> int:
    """Where nobody can give a card any more; how many."""
    gone = session.connection().execute(_AWAIT_NO_LONGER, {"before": now - WATCHED})
    return gone.rowcount


_UNDETACHED = text("""
    SELECT id FROM saved_cards WHERE removed_at <= :until AND detached_at IS NULL ORDER BY removed_at LIMIT :limit
""")
_AWAITED = text("""
    SELECT DISTINCT i.value FROM (
        SELECT customer_id FROM card_setups WHERE created_at BETWEEN :since AND :until
        ORDER BY created_at DESC LIMIT :limit
    ) s JOIN identities i ON i.customer_id = s.customer_id
        AND i.kind = 'provider_customer' AND i.ended_at IS NULL
""")
_AWAIT_NO_LONGER = text("DELETE FROM card_setups WHERE created_at < :before")
