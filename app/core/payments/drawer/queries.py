"""Reads of shifts."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.payments.drawer import drawer
from app.core.payments.drawer.models import Shift

Reader = Session | Connection
_SHIFT = select(
    Shift.id, Shift.device_id, Shift.currency, Shift.opening_float, Shift.expected, Shift.counted, Shift.opened_at,
    Shift.closed_at,
)  # fmt: skip


def current(reader: Reader, device_id: UUID) -> dict[str, Any] | None:
    """The open shift of a device, with what should be in its drawer now."""
    mine = _SHIFT.where(Shift.device_id == device_id, Shift.closed_at.is_(None))
    row = reader.execute(mine).mappings().first()
    return {**row, "expected": drawer.expected(reader, row["id"])} if row else None


def present_shift(session: Session, shift_id: UUID) -> dict[str, Any]:
    """A shift as it is within its own transaction."""
    row = session.execute(_SHIFT.where(Shift.id == shift_id)).mappings().one()
    if row["expected"] is None:
        return {**row, "expected": drawer.expected(session, shift_id)}
    return dict(row)
