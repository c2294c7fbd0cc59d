"""The whole history of an order in words, for staff at the desk. It has ids, amounts and times only."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.access.permissions import STORE_ROLES
from app.core.money import format_minor
from app.core.orders.models import Line, Order

HIDDEN = ("from", "to", "step", "quote_hash", "cancelled_before")
"""Fields of payloads that say nothing to a person."""
AMOUNTS = ("total", "amount", "paid", "cancelled")
"""Fields of payloads in minor units."""


class _Event(NamedTuple):
    kind: str
    occurred_at: datetime
    actor_kind: str
    actor_role: str | None
    approved: bool
    """By a manager."""
    reason: str | None
    sales_channel: str | None
    payload: dict[str, Any]
    device: str | None
    position: int | None
    """None: not sealed yet."""


class _PaymentEvent(NamedTuple):
    kind: str
    amount: int
    method: str
    tendered: int | None


def describe_order(session: Session, number: str) -> list[str]:
    """Return the lines to print, none for an unknown order."""
    order = session.scalar(select(Order).where(Order.number == number))
    if order is None:
        return []
    events = [_Event(*row) for row in session.execute(_EVENTS, {"order_id": order.id})]
    return [
        *_summary(session, order),
        "",
        *(_describe_event(event, order.currency) for event in events),
        "",
        *_payments(session, order),
    ]


def _summary(session: Session, order: Order) -> list[str]:
    def money(amount: int) -> str:
        return format_minor(amount, order.currency)

    channels = f"started {order.started_channel}, paid {order.paid_channel}, collected {order.collected_channel}"
    if order.assisted_channel:
        channels += f", assisted {order.assisted_channel}"
    if order.import_source:
        channels = f"imported from {order.import_source}, of {order.placed_at:%Y-%m-%d %H:%M} UTC"
    lines = session.scalars(select(Line).where(Line.order_id == order.id).order_by(Line.position))
    return [
        f"Order {order.number}: {order.status}; {channels}",
        f"  total {money(order.total)} (VAT {money(order.tax)})"
        + ("" if order.import_source else _balance(order)),
        *(
            f"  {line.quantity} × {line.sku} {line.title} at {money(line.unit_price)} = {money(line.total)}"
            + (f", {line.cancelled} dropped" if line.cancelled else "")
            for line in lines
        ),
    ]


def _balance(order: Order) -> str:
    cancelled, paid, due = (
        format_minor(amount, order.currency)
        for amount in (order.cancelled, order.paid, order.amount_due)
    )
    return f", cancelled {cancelled}, paid {paid}, due {due}"


def _describe_event(event: _Event, currency: str) -> str:
    actor = event.actor_role if event.actor_role in STORE_ROLES else event.actor_kind
    by = " ".join(filter(None, (actor, event.device and f"at {event.device}")))
    seal = f"#{event.position}" if event.position else "not sealed yet"
    words = event.kind.removeprefix("order.").replace("_", " ")
    channel = f" ({event.sales_channel})" if event.sales_channel else ""
    facts = ", ".join(_facts(event.payload, currency))
    detail = f": {facts}" if facts else ""
    detail += f", approved by a manager ({event.reason})" if event.approved else ""
    return (
        f"  {event.occurred_at:%Y-%m-%d %H:%M:%S} UTC  {words} by {by}{channel}{detail}  [{seal}]"
    )


def _facts(payload: Mapping[str, Any], currency: str) -> Iterator[str]:
    for name, value in payload.items():
        if name in HIDDEN or value in (None, {}, []):
            continue
        is_amount = name in AMOUNTS and isinstance(value, int)
        yield f"{name} {format_minor(value, currency) if is_amount else value}"


def _payments(session: Session, order: Order) -> list[str]:
    if order.import_source:
        return ["  the payments of an imported order are not known"]
    rows = session.execute(_PAYMENT_EVENTS, {"order_id": order.id})
    return [_describe_payment(_PaymentEvent(*row), order.currency) for row in rows] or [
        "  nothing was paid"
    ]


def _describe_payment(event: _PaymentEvent, currency: str) -> str:
    tendered = f", tendered {format_minor(event.tendered, currency)}" if event.tendered else ""
    return f"  {event.kind} {format_minor(event.amount, currency)} {event.method}{tendered}"


_EVENTS = text("""
    SELECT e.kind, e.occurred_at, e.actor_kind, e.actor_role, e.approved_by IS NOT NULL AS approved, e.reason,
        e.sales_channel, e.payload, d.name AS device, s.position
    FROM events e LEFT JOIN devices d ON d.id = e.device_id LEFT JOIN event_seals s ON s.event_id = e.id
    WHERE e.order_id = :order_id ORDER BY e.occurred_at, e.id
""")
_PAYMENT_EVENTS = text("""
    SELECT e.kind, e.amount, p.method, p.tendered FROM payment_events e JOIN payments p ON p.id = e.payment_id
    WHERE e.order_id = :order_id ORDER BY e.occurred_at, e.id
""")
