"""Reads of what a store has to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.catalogue.models import Product, Variant
from app.core.inventory.models import Reservation
from app.core.model import AnyRow, constant, json_rows
from app.core.orders.models import Fulfilment, Line, Order
from app.core.tasks.models import Task

Reader = Session | Connection
TaskPlace = tuple[bool, datetime, UUID]
"""Where a task stands in a store's list: (has nobody arrived, due, id)."""


def tasks(
    reader: Reader, location_id: UUID, kinds: Sequence[str], after: TaskPlace | None, limit: int
) -> list[dict[str, Any]]:
    """A store's open tasks about fulfilments: arrived shoppers first, then by promised time."""
    waiting = Fulfilment.arrived_at.is_(None)
    query = (
        select(
            Task.id, Task.kind, Task.due_at, Order.number, Order.status,
            Fulfilment.id.label("fulfilment"), Fulfilment.promised_at, Fulfilment.arrived_at,
            waiting.label("waiting"), _TASK_LINES.label("lines"),
        )
        .join(Fulfilment, Fulfilment.id == Task.fulfilment_id)
        .join(Order, Order.id == Fulfilment.order_id)
        .where(Task.location_id == location_id, Task.finished_at.is_(None), Task.kind.in_(kinds))
        .order_by(waiting, Task.due_at, Task.id)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(tuple_(waiting, Task.due_at, Task.id) > tuple_(*after))
    found = reader.execute(query).mappings()
    return [{**row, "arrived": not row["waiting"], "lines": row["lines"] or []} for row in found]


def counts(reader: Reader, location_id: UUID, limit: int) -> Sequence[AnyRow]:
    """What the store has to count."""
    return reader.execute(
        select(Task.id, Task.due_at, Variant.sku, Variant.barcode, Product.title)
        .join(Variant, Variant.id == Task.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Task.location_id == location_id, Task.finished_at.is_(None), Task.kind == "count")
        .order_by(Task.due_at, Task.id)
        .limit(limit)
    ).all()


# Lines and reservations are found by their order, which is what they are indexed by.
_TASK_LINES = (
    select(
        json_rows(
            Line.position,
            sku=Line.sku,
            barcode=Line.barcode,
            title=Line.title,
            quantity=Line.quantity - Line.cancelled,
            picked=func.coalesce(Reservation.picked, 0),
        )
    )
    .outerjoin(
        Reservation,
        and_(
            Reservation.order_id == Line.order_id,
            Reservation.line_id == Line.id,
            Reservation.status == constant("live"),
        ),
    )
    .where(
        Line.order_id == Fulfilment.order_id,
        Line.fulfilment_id == Fulfilment.id,
        or_(Line.quantity > Line.cancelled, Reservation.picked > 0),
    )
    .correlate(Fulfilment)
    .scalar_subquery()
)
