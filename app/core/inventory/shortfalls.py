"""What turned out not to be there, until somebody has decided about it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.orm import Session

from app.core.inventory.models import Shortfall


def close_for_order(session: Session, order_id: UUID, now: datetime) -> None:
    """What the order lacked was decided: it was dropped, found, or the order has ended."""
    _close(session, Shortfall.order_id == order_id, now)


def close_unresolved_counts(
    session: Session, location_id: UUID, variant_ids: Sequence[UUID], now: datetime
) -> None:
    """A new count of these variants says what an earlier one had left in doubt."""
    here = and_(Shortfall.location_id == location_id, Shortfall.variant_id.in_(variant_ids))
    _close(session, and_(here, Shortfall.order_id.is_(None)), now)


def _close(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(Shortfall)
        .where(which, Shortfall.resolved_at.is_(None))
        .values(resolved_at=now)
        .execution_options(synchronize_session=False)
    )
