"""The drawer of the till at which something is paid, and what should be in it."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.model import AnyRow
from app.core.payments.drawer.models import Shift
from app.core.payments.events import SHIFT_OPENED
from app.core.transaction import Transaction


def of(tx: Transaction, currency: str) -> UUID:
    """The open shift of the device that acts, locked against being closed meanwhile. The first cash of a day opens
    one with nothing in it, where nobody has: no cash is ever without a drawer. Raises Conflict (currency_mismatch),
    since coins of two currencies are not one sum."""
    device_id, location_id = current_shift(tx)
    found = open_at(tx, device_id)
    if found is None:
        shift_id = open_one(tx, device_id, location_id, currency, 0)
        tx.write()  # the next cash of this transaction finds it
        return shift_id
    if found.currency != currency:
        raise Conflict(
            f"The drawer of this till holds {found.currency}: take and give {currency} in another way.",
            code="currency_mismatch",
        )
    return UUID(str(found.id))


def current_shift(tx: Transaction) -> tuple[UUID, UUID]:
    """The device that acts, and its store."""
    device_id, location_id = tx.actor.device_id, tx.actor.location_id
    assert device_id is not None, "cash is taken and given at a till"  # noqa: S101
    assert location_id is not None, "a till stands in a store"  # noqa: S101
    return device_id, location_id


def open_at(tx: Transaction, device_id: UUID) -> AnyRow | None:
    """(id, currency) of the device's open shift. Many may take cash at once; who closes it waits for them."""
    mine = select(Shift.id, Shift.currency).where(
        Shift.device_id == device_id, Shift.closed_at.is_(None)
    )
    return tx.session.execute(mine.with_for_update(read=True)).first()


def open_here(tx: Transaction) -> Shift:
    """The open shift of this till, for who changes it. Raises Conflict (shift_not_open)."""
    device_id, _ = current_shift(tx)
    mine = select(Shift).where(Shift.device_id == device_id, Shift.closed_at.is_(None))
    shift = tx.session.scalar(mine.with_for_update())
    if shift is None:
        raise Conflict("No shift is open at this till: open one first.", code="shift_not_open")
    return shift


def open_one(
    tx: Transaction, device_id: UUID, location_id: UUID, currency: str, amount: int
) -> UUID:
    """Open the device's drawer with so much in it. That one is open at most is the table's to keep."""
    shift_id = tx.insert(
        "shifts",
        location_id=location_id, device_id=device_id, opened_by=tx.actor.id, currency=currency, opening_float=amount,
        opened_at=tx.now,
    )  # fmt: skip
    tx.record(SHIFT_OPENED, {"shift_id": str(shift_id), "opening_float": amount})
    return shift_id


def expected(reader: Session | Connection, shift_id: UUID) -> int:
    """What should be in it, minor units: float + put in − taken out + cash paid − cash given back."""
    return int(reader.execute(_EXPECTED, {"shift": shift_id}).scalar_one())


EXPECTED = """s.opening_float
    + coalesce((SELECT sum(amount) FROM drawer_entries d WHERE d.shift_id = s.id), 0)
    + coalesce((
        SELECT sum(CASE kind WHEN 'capture' THEN 1 ELSE -1 END * (amount + rounding))
        FROM payment_events e WHERE e.shift_id = s.id), 0)"""
"""Of a shift `s`."""
_EXPECTED = text(f"SELECT {EXPECTED} FROM shifts s WHERE s.id = :shift")  # noqa: S608 - a constant
