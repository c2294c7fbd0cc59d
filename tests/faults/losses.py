"""What was acknowledged and is not so, or is there twice: after the storm, and without asking the web."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from tests.faults.storm import Journey, Told

STATUS = {"checkout": 201, "pick": 200, "ready": 200, "hand-over": 200}


def losses(engine: Engine, journeys: Iterable[Journey], mails: Path) -> list[str]:
    """One line for each thing lost or doubled; none when all is well and quiet."""
    journeys = list(journeys)
    with engine.connect() as connection:
        orders = {row["number"]: row for row in connection.execute(_ORDERS).mappings()}
        messages = connection.execute(_MESSAGES).all()
    found = [line for journey in journeys for line in _of_journey(journey, orders)]
    acknowledged = sum(told.answer.status == 201 for told in _all(journeys))
    if len(orders) != acknowledged:
        found.append(f"{acknowledged} orders were acknowledged, {len(orders)} are there")
    found += [
        f"order {row['number']} is there twice" for row in orders.values() if row["same_cart"] > 1
    ]
    return found + list(_of_mails(orders, messages, mails))


def _all(journeys: Iterable[Journey]) -> Iterator[Told]:
    return (told for journey in journeys for told in journey.values())


def _of_journey(journey: Journey, orders: dict[str, Any]) -> Iterator[str]:
    for verb, told in journey.items():
        if told.answer.status != STATUS[verb]:
            yield f"{verb} was answered {told.answer.status}: {told.answer.body}"
    placed = journey["checkout"].answer
    if placed.status != 201:
        return
    order = orders.get(placed.body["number"])
    if order is None:
        yield f"order {placed.body['number']} is lost"
        return
    for what, said, is_so in _compared(journey, order):
        if said != is_so:
            yield f"order {order['number']}: {what} was {said}, is {is_so}"


def _compared(journey: Journey, order: Any) -> Iterator[tuple[str, Any, Any]]:
    """What the clients were told, beside what the database has: content by content, each once."""
    yield "total", journey["checkout"].answer.body["total"], order["total"]
    if "pick" in journey:
        body = journey["pick"].body
        picked = {line["sku"]: line["quantity"] for line in body["lines"]}
        short = {line["sku"]: line["quantity"] for line in body["short"]}
        yield "picks", [{"lines": picked}], order["picks"]
        yield "short", [short] if short else [], order["shorts"]
        yield "cancelled", journey["pick"].answer.body.get("cancelled"), order["cancelled"]
    if "hand-over" in journey:
        told = journey["hand-over"].answer.body
        yield "state", told.get("state"), order["state"]
        yield "paid", told.get("paid"), order["paid"]
        yield "taken", [told.get("paid")], order["taken"]
        yield "collected at", [told.get("collected_at")], order["collected"]


def _of_mails(orders: dict[str, Any], messages: Any, mails: Path) -> Iterator[str]:
    """One letter for each happening: placed, short (where something was), ready, collected.

    The worker may come so late that the order has moved past the first ones; the last is never superseded."""
    sent = Counter(
        (row.number, row.template)
        for row in messages
        if row.status == "sent" or (row.status == "superseded" and row.template != "collected")
    )
    due = Counter(
        (number, template)
        for number, row in orders.items()
        for template, happened in (
            ("placed", True),
            ("short", bool(row["shorts"])),
            ("ready", row["state"] in ("ready", "collected")),
            ("collected", row["state"] == "collected"),
        )
        if happened
    )
    for happening in due - sent:
        yield f"nobody was told: {happening}"
    for happening in sent - due:
        yield f"told twice: {happening}"
    files = {file.stem for file in mails.glob("*.eml")}
    for row in messages:
        # Killed after the file was written, the worker may find the order further on: superseded, and sent.
        if str(row.id) not in files and row.status == "sent":
            yield f"letter {row.id} is noted as sent and there is no file"
    for name in files - {str(row.id) for row in messages}:
        yield f"letter {name} is in a file and not noted"


_ORDERS = text("""
    SELECT o.number, o.state, o.total, o.cancelled, o.paid,
        count(*) OVER (PARTITION BY o.cart_id) AS same_cart,
        ARRAY(SELECT payload FROM events e WHERE e.order_id = o.id AND kind = 'order.picked') AS picks,
        ARRAY(SELECT payload -> 'lines' FROM events e
              WHERE e.order_id = o.id AND kind = 'order.items_unavailable') AS shorts,
        ARRAY(SELECT to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00'
              FROM events e WHERE e.order_id = o.id AND kind = 'order.collected') AS collected,
        ARRAY(SELECT p.amount FROM payment_events p WHERE p.order_id = o.id) AS taken
    FROM orders o
""")
_MESSAGES = text("""
    SELECT m.id, m.status, m.template, o.number
    FROM messages m JOIN threads t ON t.id = m.thread_id JOIN orders o ON o.id = t.order_id
""")
