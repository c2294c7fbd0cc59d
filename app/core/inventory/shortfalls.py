"""Closes shortfalls. A shortfall stays open until staff decide what happens to the missing units."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.orm import Session

from app.core.inventory.models import Shortfall


def close_for_order(session: Session, order_id: UUID, now: datetime) -> None:
    """Close the order's shortfalls: its missing units were dropped or found, or the order has ended."""
    _close(session, Shortfall.order_id == order_id, now)


def close_unresolved_counts(
    session: Session, location_id: UUID, variant_ids: Sequence[UUID], now: datetime
) -> None:
    """Close the unresolved counts of these variants: a new count replaces them."""
    of_variants = and_(Shortfall.location_id == location_id, Shortfall.variant_id.in_(variant_ids))
    _close(session, and_(of_variants, Shortfall.order_id.is_(None)), now)


def _close(session: Session, condition: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(Shortfall)
        .where(condition, Shortfall.resolved_at.is_(None))
        .values(resolved_at=now)
        .execution_options(synchronize_session=False)
    )
