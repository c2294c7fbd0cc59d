"""Loads an order for a change: locked, with the fulfilment that is to be changed with it."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.inventory.models import Reservation
from app.core.orders.models import Fulfilment, Line, Order


def by_number(
    session: Session, number: str, location_id: UUID | None = None
) -> tuple[Order, Fulfilment]:
    """The order of that number; for staff, only at their own store. Raises NotFound."""
    return _locked(
        session, Order.number == number, location_id, f"There is no order {number} here."
    )


def by_fulfilment(
    session: Session, fulfilment_id: UUID, location_id: UUID
) -> tuple[Order, Fulfilment]:
    """The order of a fulfilment of the store. Raises NotFound."""
    found = Fulfilment.id == fulfilment_id
    return _locked(session, found, location_id, "There is no such fulfilment at this store.")


def by_id(session: Session, order_id: UUID) -> tuple[Order, Fulfilment]:
    return _locked(session, Order.id == order_id, None, "There is no such order.")


def lines_of(session: Session, fulfilment: Fulfilment) -> list[Line]:
    """Found by their order, which is what they are indexed by."""
    found = (
        select(Line)
        .where(Line.order_id == fulfilment.order_id, Line.fulfilment_id == fulfilment.id)
        .order_by(Line.position)
    )
    return list(session.scalars(found))


def open_units(line: Line, held: Mapping[UUID, Reservation]) -> int:
    """The units of a line that are neither picked nor dropped; `held` are the reservations by line."""
    picked = held[line.id].picked if line.id in held else 0
    return line.quantity - line.cancelled - picked


def _locked(
    session: Session, condition: ColumnElement[bool], location_id: UUID | None, message: str
) -> tuple[Order, Fulfilment]:
    """Both rows are locked, though the order's lock alone would keep others away: PostgreSQL reads again only
    what it locks, and a fulfilment from before the wait would be changed as it no longer is."""
    query = (
        select(Order, Fulfilment)
        .join(Fulfilment, Fulfilment.order_id == Order.id)
        .where(condition)
        .with_for_update(of=(Order, Fulfilment), key_share=True)
        .execution_options(populate_existing=True)
    )
    if location_id is not None:
        query = query.where(Fulfilment.location_id == location_id)
    found = session.execute(query).first()
    if found is None:
        raise NotFound(message)
    return found[0], found[1]
