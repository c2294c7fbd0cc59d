"""Finds the member of staff that is to be changed."""

from sqlalchemy import select

from app.core.access.staff.models import StaffMember
from app.core.errors import NotFound
from app.core.transaction import Transaction


def locked(tx: Transaction, number: str) -> StaffMember:
    """Raises NotFound for a number that nobody has, or who left."""
    member = tx.session.scalar(
        select(StaffMember)
        .where(StaffMember.number == number, StaffMember.deactivated_at.is_(None))
        .with_for_update(key_share=True)
    )
    if member is None:
        raise NotFound(f"Nobody here has the number {number}: look for it in the list.")
    return member
