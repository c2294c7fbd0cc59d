"""Reads of shifts for the till."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.payments.drawer.models import Shift
from app.core.payments.drawer.shifts import expected_cash

Reader = Session | Connection


@dataclass(frozen=True)
class ShiftView:
    """Amounts in minor units of `currency`."""

    id: UUID
    currency: str
    opening_float: int
    expected: int
    """The cash that the drawer should hold: now, or when the shift was closed."""
    counted: int | None
    opened_at: datetime
    closed_at: datetime | None


def current_shift(reader: Reader, device_id: UUID) -> ShiftView | None:
    """Return the open shift of a device."""
    return _view(reader, _SHIFT.where(Shift.device_id == device_id, Shift.closed_at.is_(None)))


def present_shift(session: Session, shift_id: UUID) -> ShiftView:
    """Return a shift as its own transaction sees it."""
    view = _view(session, _SHIFT.where(Shift.id == shift_id))
    assert view is not None, "the shift was just written"  # noqa: S101
    return view


def _view(reader: Reader, query: Select[*tuple[object, ...]]) -> ShiftView | None:
    row = reader.execute(query).mappings().first()
    if row is None:
        return None
    expected = row["expected"]
    if expected is None:
        expected = expected_cash(reader, row["id"])
    return ShiftView(**{**row, "expected": expected})


_SHIFT = select(
    Shift.id,
    Shift.currency,
    Shift.opening_float,
    Shift.expected,
    Shift.counted,
    Shift.opened_at,
    Shift.closed_at,
)
