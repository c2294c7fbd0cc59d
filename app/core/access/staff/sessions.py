"""Sign-ins of staff at devices."""

from uuid import UUID

from sqlalchemy import update

from app.core.access.staff.models import StaffSession
from app.core.transaction import Transaction


def end_all(tx: Transaction, staff_id: UUID) -> None:
    """End somebody's sign-ins, wherever they are."""
    tx.session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=tx.now)
    )
