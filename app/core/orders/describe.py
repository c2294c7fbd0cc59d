"""An order's whole history in words, for a person at the desk. Ids, amounts and times only."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.access.permissions import STORE_ROLES
from app.core.money import format_minor
from app.core.orders.models import Line, Order


def describe_order(session: Session, number: str) -> list[str]:
    """Lines to print; none for an unknown order."""
    order = session.scalar(select(Order).where(Order.number == number))
    if order is None:
        return []
    return [*_summary(session, order), "", *_events(session, order), "", *_money(session, order)]


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
        + ("" if order.import_source else _settled(order)),
        *(
            f"  {line.quantity} × {line.sku} {line.title} at {money(line.unit_price)} = {money(line.total)}"
            + (f", {line.cancelled} dropped" if line.cancelled else "")
            for line in lines
        ),
    ]


def _settled(order: Order) -> str:
    cancelled, paid, due = (
        format_minor(amount, order.currency)
        for amount in (order.cancelled, order.paid, order.amount_due)
    )
    return f", cancelled {cancelled}, paid {paid}, due {due}"


def _events(session: Session, order: Order) -> list[str]:
    events = session.execute(_EVENTS, {"order_id": order.id}).mappings()
    return [_line(event, order.currency) for event in events]


def _line(event: Any, currency: str) -> str:
    payload = []
    for name, value in event["payload"].items():
        if name in ("from", "to", "step", "quote_hash", "cancelled_before") or value in (
            None,
            {},
            [],
        ):
            continue
        money = name in ("total", "amount", "paid", "cancelled") and isinstance(value, int)
        payload.append(f"{name} {format_minor(value, currency) if money else value}")
    worker = event["actor_role"] if event["actor_role"] in STORE_ROLES else event["actor_kind"]
    who = " ".join(filter(None, (worker, event["device"] and f"at {event['device']}")))
    seal = f"#{event['position']}" if event["position"] else "not sealed yet"
    words = event["kind"].removeprefix("order.").replace("_", " ")
    channel = f" ({event['sales_channel']})" if event["sales_channel"] else ""
    detail = f": {', '.join(payload)}" if payload else ""
    detail += f", approved by a manager ({event['reason']})" if event["approved_by"] else ""
    return f"  {event['occurred_at']:%Y-%m-%d %H:%M:%S} UTC  {words} by {who}{channel}{detail}  [{seal}]"


def _money(session: Session, order: Order) -> list[str]:
    if order.import_source:
        return ["  what was paid is not known: it is of before our time"]
    rows = session.execute(_PAYMENTS, {"order_id": order.id})
    return [
        f"  {row.kind} {format_minor(row.amount, order.currency)} {row.method}"
        + (f", tendered {format_minor(row.tendered, order.currency)}" if row.tendered else "")
        for row in rows
    ] or ["  nothing was paid"]


_EVENTS = text("""
    SELECT e.kind, e.occurred_at, e.actor_kind, e.actor_role, e.approved_by, e.reason, e.sales_channel,
        e.payload, d.name AS device, s.position
    FROM events e LEFT JOIN devices d ON d.id = e.device_id LEFT JOIN event_seals s ON s.event_id = e.id
    WHERE e.order_id = :order_id ORDER BY e.occurred_at, e.id
""")
_PAYMENTS = text("""
    SELECT e.kind, e.amount, p.method, p.tendered FROM payment_events e JOIN payments p ON p.id = e.payment_id
    WHERE e.order_id = :order_id ORDER BY e.occurred_at, e.id
""")
