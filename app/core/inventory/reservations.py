"""The reservations of an order, and how they end."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, literal, select, tuple_
from sqlalchemy.orm import Session

from app.core.inventory import stock
from app.core.inventory.models import Reservation, Stock
from app.core.inventory.statuses import RESERVATION
from app.core.inventory.stock import StockChange, WantedStock
from app.core.model import constant
from app.core.transaction import Transaction


def lock(session: Session, order_id: UUID) -> list[Reservation]:
    """Lock and return the order's live reservations.

    Lock the stock rows of all its reservations first, of ended ones too: units that a count took away may be
    found and reserved again, and the lock of their row must not come out of order then.
    """
    session.execute(_LOCK_STOCK, {"order_id": order_id})
    rows = session.scalars(
        select(Reservation)
        .where(Reservation.order_id == order_id, Reservation.status == constant("live"))
        .order_by(Reservation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)


def add(
    tx: Transaction,
    order_id: UUID,
    line_id: UUID,
    wanted: WantedStock,
    *,
    picked: int = 0,
    expires_at: datetime | None,
) -> None:
    """Collect a reservation for an order line. The caller reserves the units of all lines at once."""
    tx.insert(
        Reservation,
        location_id=wanted.location_id, variant_id=wanted.variant_id, order_id=order_id, line_id=line_id,
        quantity=wanted.quantity, picked=picked, status="live", expires_at=expires_at, created_at=tx.now,
    )  # fmt: skip


def release(session: Session, parts: Sequence[tuple[Reservation, int]], lost: bool = False) -> None:
    """Release units of locked reservations. With `lost`, subtract them from on_hand too, because they are
    missing; the caller writes the movements of the lost units."""
    changes = []
    for reservation, units in parts:
        reservation.quantity -= units
        if reservation.quantity == 0:
            reservation.status = RESERVATION.move(reservation.status, "released")
            reservation.picked = 0
        changes.append(_stock_change(reservation, -units if lost else 0, -units))
    stock.adjust(session, changes)


def consume(session: Session, reservations: Sequence[Reservation]) -> None:
    """Subtract the picked units from on_hand and reserved, because the goods leave. The caller writes the
    movements."""
    for reservation in reservations:
        reservation.status = RESERVATION.move(reservation.status, "consumed")
    stock.adjust(
        session, [_stock_change(row, -row.quantity, -row.quantity) for row in reservations]
    )


def _stock_change(reservation: Reservation, on_hand: int, reserved: int) -> StockChange:
    return StockChange(reservation.location_id, reservation.variant_id, on_hand, reserved)


_LOCK_STOCK = (
    select(literal(1))
    .select_from(Stock)
    .where(
        tuple_(Stock.location_id, Stock.variant_id).in_(
            select(Reservation.location_id, Reservation.variant_id).where(
                Reservation.order_id == bindparam("order_id")
            )
        )
    )
    .order_by(Stock.location_id, Stock.variant_id)
    .with_for_update(key_share=True)
)
