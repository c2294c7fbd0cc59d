"""Reads of a store's tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.catalogue.models import Product, Variant
from app.core.inventory.models import Reservation
from app.core.model import constant, json_rows
from app.core.orders.models import Fulfilment, Line, Order
from app.core.tasks.models import Task

Reader = Session | Connection
TaskPosition = tuple[bool, datetime, UUID]
"""The position of a task in a store's list: (no shopper has arrived, due, id)."""


class TaskLine(NamedTuple):
    sku: str
    barcode: str | None
    title: str
    quantity: int
    """Units that were not cancelled."""
    picked: int


@dataclass(frozen=True)
class FulfilmentTask:
    id: UUID
    kind: str
    due_at: datetime
    number: str
    """Of the order."""
    status: str
    """Of the order."""
    fulfilment: UUID
    promised_at: datetime
    arrived_at: datetime | None
    lines: Sequence[TaskLine]

    @property
    def arrived(self) -> bool:
        return self.arrived_at is not None

    @property
    def waiting(self) -> bool:
        """Whether no shopper has arrived: the first key of the list."""
        return not self.arrived


class CountTask(NamedTuple):
    id: UUID
    due_at: datetime
    sku: str
    barcode: str | None
    title: str


def fulfilment_tasks(
    reader: Reader, location_id: UUID, kinds: Sequence[str], after: TaskPosition | None, limit: int
) -> list[FulfilmentTask]:
    """Return a store's open tasks about fulfilments: arrived shoppers first, then by promised time."""
    waiting = Fulfilment.arrived_at.is_(None)
    query = (
        select(
            Task.id, Task.kind, Task.due_at, Order.number, Order.status,
            Fulfilment.id.label("fulfilment"), Fulfilment.promised_at, Fulfilment.arrived_at,
            _TASK_LINES.label("lines"),
        )
        .join(Fulfilment, Fulfilment.id == Task.fulfilment_id)
        .join(Order, Order.id == Fulfilment.order_id)
        .where(Task.location_id == location_id, Task.finished_at.is_(None), Task.kind.in_(kinds))
        .order_by(waiting, Task.due_at, Task.id)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(tuple_(waiting, Task.due_at, Task.id) > tuple_(*after))
    return [
        FulfilmentTask(**row | {"lines": [TaskLine(**line) for line in row["lines"] or ()]})
        for row in map(dict, reader.execute(query).mappings())
    ]


def count_tasks(reader: Reader, location_id: UUID, limit: int) -> list[CountTask]:
    """Return what the store has to count."""
    rows = reader.execute(
        select(Task.id, Task.due_at, Variant.sku, Variant.barcode, Product.title)
        .join(Variant, Variant.id == Task.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Task.location_id == location_id, Task.finished_at.is_(None), Task.kind == "count")
        .order_by(Task.due_at, Task.id)
        .limit(limit)
    )
    return [CountTask(*row) for row in rows]


# Lines and reservations are indexed by their order.
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
