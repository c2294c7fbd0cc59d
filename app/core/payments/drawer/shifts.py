"""The shift of a till: open, move cash, close, and the cash that its drawer should hold."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid
from app.core.money import format_minor
from app.core.payments.drawer.models import DrawerEntry, Shift
from app.core.payments.events import SHIFT_CASH_MOVED, SHIFT_CLOSED, SHIFT_OPENED
from app.core.transaction import Transaction


class Till(NamedTuple):
    device_id: UUID
    location_id: UUID


class OpenShiftRow(NamedTuple):
    id: UUID
    currency: str


@dataclass(frozen=True)
class OpenShift:
    opening_float: int
    """Minor units in the drawer at the beginning."""
    currency: str


def open_shift(tx: Transaction, command: OpenShift) -> UUID:
    """Open a shift at the acting till; return its id.

    Raises Conflict (shift_already_open) if the last shift is still open.
    """
    till = acting_till(tx)
    if _open_shift_at(tx, till) is not None:
        raise Conflict(
            "The last shift is still open: count the drawer and close it.", "shift_already_open"
        )
    return _insert_shift(tx, till, command.currency, command.opening_float)


@dataclass(frozen=True)
class MoveCash:
    amount: int
    """Minor units put into the drawer; negative: taken out. Never 0."""
    reason: str


def move_cash(tx: Transaction, command: MoveCash) -> UUID:
    """Record cash that goes in or out without a sale; return the shift's id.

    Raises Conflict (shift_not_open), Invalid if more is taken out than the drawer should hold.
    """
    shift = _lock_open_shift(tx)
    held = expected_cash(tx.session, shift.id)
    if held + command.amount < 0:
        raise Invalid(
            f"The drawer should hold {format_minor(held, shift.currency)}: take out no more than that.",
            amount=[f"at least {-held}"],
        )
    # The reason is free text and could name people, so the sealed event does not have it.
    event_id = tx.record(SHIFT_CASH_MOVED, {"shift_id": str(shift.id), "amount": command.amount})
    tx.insert(
        DrawerEntry,
        shift_id=shift.id,
        amount=command.amount,
        reason=command.reason,
        event_id=event_id,
        occurred_at=tx.now,
    )
    return shift.id


@dataclass(frozen=True)
class CloseShift:
    counted: int
    """Minor units that the cashier counted in the drawer."""


def close_shift(tx: Transaction, command: CloseShift) -> UUID:
    """Close the shift and keep the expected cash beside the counted cash; return its id.

    The row is locked against payments in cash, so each of them is in this shift or in the next one.
    Raises Conflict (shift_not_open).
    """
    shift = _lock_open_shift(tx)
    shift.expected = expected_cash(tx.session, shift.id)
    shift.counted, shift.closed_at, shift.closed_by = command.counted, tx.now, tx.actor.id
    tx.record(
        SHIFT_CLOSED,
        {"shift_id": str(shift.id), "expected": shift.expected, "counted": command.counted},
    )
    return shift.id


def shift_for_cash(tx: Transaction, currency: str) -> UUID:
    """Return the id of the acting till's open shift, locked so that it is not closed meanwhile.

    The first cash of a day opens a shift with an empty drawer, so no cash is ever without a drawer. Raises
    Conflict (currency_mismatch), because one drawer holds one currency."""
    till = acting_till(tx)
    found = _open_shift_at(tx, till)
    if found is None:
        shift_id = _insert_shift(tx, till, currency, 0)
        tx.write()  # further cash of this transaction must find it
        return shift_id
    if found.currency != currency:
        raise Conflict(
            f"The drawer of this till holds {found.currency}. Pay and refund {currency} by another method.",
            code="currency_mismatch",
        )
    return found.id


def acting_till(tx: Transaction) -> Till:
    """Return the device that acts, and its store."""
    device_id, location_id = tx.actor.device_id, tx.actor.location_id
    assert device_id is not None, "cash moves at a till only"  # noqa: S101
    assert location_id is not None, "a till is in a store"  # noqa: S101
    return Till(device_id, location_id)


def expected_cash(reader: Session | Connection, shift_id: UUID) -> int:
    """Return the cash that the drawer should hold, minor units."""
    return int(reader.execute(_EXPECTED, {"shift": shift_id}).scalar_one())


def _open_shift_at(tx: Transaction, till: Till) -> OpenShiftRow | None:
    """Share-lock the till's open shift: many cash payments may run at once, and closing waits for them."""
    query = select(Shift.id, Shift.currency).where(
        Shift.device_id == till.device_id, Shift.closed_at.is_(None)
    )
    row = tx.session.execute(query.with_for_update(read=True)).first()
    return OpenShiftRow(row.id, row.currency) if row else None


def _lock_open_shift(tx: Transaction) -> Shift:
    """Raises Conflict (shift_not_open)."""
    query = select(Shift).where(
        Shift.device_id == acting_till(tx).device_id, Shift.closed_at.is_(None)
    )
    shift = tx.session.scalar(query.with_for_update())
    if shift is None:
        raise Conflict("No shift is open at this till: open one first.", code="shift_not_open")
    return shift


def _insert_shift(tx: Transaction, till: Till, currency: str, opening_float: int) -> UUID:
    """A unique index allows one open shift per till."""
    shift_id = tx.insert(
        Shift,
        location_id=till.location_id,
        device_id=till.device_id,
        opened_by=tx.actor.id,
        currency=currency,
        opening_float=opening_float,
        opened_at=tx.now,
    )
    tx.record(SHIFT_OPENED, {"shift_id": str(shift_id), "opening_float": opening_float})
    return shift_id


EXPECTED = """s.opening_float
    + coalesce((SELECT sum(amount) FROM drawer_entries d WHERE d.shift_id = s.id), 0)
    + coalesce((
        SELECT sum(CASE kind WHEN 'capture' THEN 1 ELSE -1 END * (amount + rounding))
        FROM payment_events e WHERE e.shift_id = s.id), 0)"""
"""The expected cash of a shift `s`: opening float + cash put in − cash taken out + cash sales − cash refunds."""
_EXPECTED = text(f"SELECT {EXPECTED} FROM shifts s WHERE s.id = :shift")  # noqa: S608 - a constant
