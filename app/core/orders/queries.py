"""Reads of orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core import money
from app.core.catalogue.models import Location, Product, Variant
from app.core.customers.models import Contact
from app.core.errors import NotFound
from app.core.events import Event
from app.core.inventory.models import Reservation
from app.core.model import AnyRow, constant
from app.core.orders import pickup
from app.core.orders.models import Fulfilment, Line, Order
from app.core.orders.states import WAITING
from app.core.ports import Secrets
from app.core.tasks.models import Task

Reader = Session | Connection


def order(reader: Reader, secrets: Secrets, number: str) -> dict[str, Any]:
    """An order as its owner sees it, in two statements. Raises NotFound."""
    found = _order(reader, Order.number == number)
    if found["state"] in WAITING:
        found["pickup"]["code"] = pickup.pickup_code(secrets, number, found["code_number"])
    return found


def order_at(reader: Reader, number: str, location_id: UUID) -> dict[str, Any]:
    """An order as staff of its store see it, without its code. Raises NotFound."""
    return _order(reader, and_(Order.number == number, Fulfilment.location_id == location_id))


def _order(reader: Reader, which: ColumnElement[bool]) -> dict[str, Any]:
    head = reader.execute(_HEAD.where(which)).first()
    if head is None:
        raise NotFound("There is no such order here: check the number.")
    lines = reader.execute(_LINES.where(Line.order_id == head.id)).mappings().all()
    return {
        **head._mapping,
        "lines": lines,
        "due": head.total - head.cancelled + head.added - head.paid,
        "payable": _payable(head, lines),
        "pickup": {
            **head._mapping,
            "location": head.code,
            "code": None,
            "ready_by": head.promised_at,
        },
    }


def _payable(head: AnyRow, lines: Sequence[Any]) -> dict[str, int]:
    """What the order comes to after cancellations: the frozen figures less the shares that were dropped."""
    dropped = sum(money.share_of_last(line.tax, line.quantity, line.cancelled) for line in lines)
    total, tax = head.total - head.cancelled + head.added, head.tax - dropped
    return {"total": total, "net": total - tax, "tax": tax}


def events(reader: Reader, number: str, after: UUID | None, limit: int) -> Sequence[AnyRow]:
    """The order's history, oldest first: id, kind, occurred_at, sales_channel, actor_kind, payload."""
    history = (
        select(
            Event.id,
            Event.kind,
            Event.occurred_at,
            Event.sales_channel,
            Event.actor_kind,
            Event.payload,
        )
        .join(Order, Order.id == Event.order_id)
        .where(Order.number == number)
        .order_by(Event.occurred_at, Event.id)
        .limit(limit)
    )
    if after is not None:
        last = select(Event.occurred_at, Event.id).where(Event.id == after).subquery()
        history = history.where(
            tuple_(Event.occurred_at, Event.id)
            > select(last.c.occurred_at, last.c.id).scalar_subquery()
        )
    return reader.execute(history).all()


TaskPlace = tuple[bool, datetime, UUID]
"""Where a task stands in a store's list: (has nobody arrived, due, id)."""


def tasks(
    reader: Reader, location_id: UUID, kinds: Sequence[str], after: TaskPlace | None, limit: int
) -> list[dict[str, Any]]:
    """A store's open tasks about fulfilments: arrived shoppers first, then by promised time."""
    waiting = Fulfilment.arrived_at.is_(None)
    query = (
        select(
            Task.id, Task.kind, Task.due_at, Order.id.label("order_id"), Order.number, Order.state,
            Fulfilment.id.label("fulfilment"), Fulfilment.promised_at, Fulfilment.arrived_at,
            waiting.label("waiting"),
        )
        .join(Fulfilment, Fulfilment.id == Task.fulfilment_id)
        .join(Order, Order.id == Fulfilment.order_id)
        .where(Task.location_id == location_id, Task.finished_at.is_(None), Task.kind.in_(kinds))
        .order_by(waiting, Task.due_at, Task.id)
        .limit(limit)
    )  # fmt: skip
    if after is not None:
        query = query.where(tuple_(waiting, Task.due_at, Task.id) > tuple_(*after))
    found = reader.execute(query).mappings().all()
    lines = _task_lines(reader, [row.order_id for row in found])
    return [
        {**row, "arrived": not row.waiting, "lines": lines.get(row.fulfilment, [])} for row in found
    ]


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


def _task_lines(reader: Reader, orders: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """By fulfilment. Lines and reservations are found by their order, which is what they are indexed by."""
    lines: dict[UUID, list[dict[str, Any]]] = {}
    held = and_(
        Reservation.order_id == Line.order_id,
        Reservation.line_id == Line.id,
        Reservation.state == constant("live"),
    )
    rows = reader.execute(
        select(
            Line.fulfilment_id, Line.sku, Line.barcode, Line.title,
            (Line.quantity - Line.cancelled).label("quantity"),
            func.coalesce(Reservation.picked, 0).label("picked"),
        )
        .outerjoin(Reservation, held)
        .where(
            Line.order_id.in_(orders),
            or_(Line.quantity > Line.cancelled, Reservation.picked > 0),
        )
        .order_by(Line.position)
    )  # fmt: skip
    for row in rows.mappings():
        lines.setdefault(row.fulfilment_id, []).append(dict(row))
    return lines


_HEAD = (
    select(
        Order.id, Order.number, Order.state, Order.currency, Order.total, Order.net, Order.tax,
        Order.cancelled, Order.added, Order.paid, Order.quote_hash, Order.placed_at,
        Order.started_channel, Order.paid_channel, Order.collected_channel,
        Fulfilment.id.label("fulfilment"), Fulfilment.promised_at, Fulfilment.collect_by,
        Fulfilment.ready_at, Fulfilment.arrived_at, Fulfilment.collected_at, Fulfilment.code_number,
        Location.code, Location.name, Location.address, Location.timezone, Location.hours,
        Location.holidays, Location.latitude, Location.longitude,
        Contact.name.label("proxy"),
    )
    .join(Fulfilment, Fulfilment.order_id == Order.id)
    .join(Location, Location.id == Fulfilment.location_id)
    .outerjoin(Contact, Contact.id == Order.proxy_contact_id)
)  # fmt: skip
_LINES = select(
    Line.sku,
    Line.title,
    Line.quantity,
    Line.cancelled,
    Line.unit_price,
    Line.total,
    Line.net,
    Line.tax,
).order_by(Line.position)
