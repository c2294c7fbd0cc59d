"""Acknowledged changes that are missing or doubled: checked after the storm, in the database and not over HTTP."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

from tests.drivers.shop import Shop
from tests.faults.storm import Journey, SentRequest
from tests.reads.messages import Message
from tests.reads.orders import OrderRecord

STATUS = {"checkout": 201, "pick": 200, "ready": 200, "hand-over": 200}


class Stored(NamedTuple):
    """An order, the lines of its events, and its paid amount."""

    order: OrderRecord
    picks: list[dict[str, Any]]
    shorts: list[dict[str, int]]
    collected: list[str]
    taken: list[int]


def losses(shop: Shop, journeys: Iterable[Journey], mails: Path) -> list[str]:
    """Return one line for each lost or doubled thing; none if all is well and quiet."""
    journeys = list(journeys)
    orders = _stored(shop)
    messages = [message for message in shop.messages() if message.order_number]
    found = [line for journey in journeys for line in _of_journey(journey, orders)]
    acknowledged = sum(reported.answer.status == 201 for reported in _all(journeys))
    if len(orders) != acknowledged:
        found.append(f"{acknowledged} orders were acknowledged, {len(orders)} are there")
    carts = Counter(row.order.cart_id for row in orders.values() if row.order.cart_id)
    found += [
        f"order {number} is there twice"
        for number, row in orders.items()
        if row.order.cart_id and carts[row.order.cart_id] > 1
    ]
    return found + list(_of_mails(orders, messages, mails))


def _stored(shop: Shop) -> dict[str, Stored]:
    orders = {order.id: Stored(order, [], [], [], []) for order in shop.order_records()}
    by_number = {row.order.number: row for row in orders.values()}
    for event in shop.events("order.*"):
        if event.order_id is None:
            continue
        row = orders[event.order_id]
        if event.kind == "order.picked":
            row.picks.append(event.payload)
        if event.kind == "order.items_unavailable":
            row.shorts.append(event.payload["lines"])
        if event.kind == "order.collected":
            row.collected.append(event.occurred_at.astimezone(UTC).isoformat())
    for paid in shop.payment_events():
        by_number[paid.order_number].taken.append(paid.amount)
    return by_number


def _all(journeys: Iterable[Journey]) -> Iterator[SentRequest]:
    return (reported for journey in journeys for reported in journey.values())


def _of_journey(journey: Journey, orders: dict[str, Stored]) -> Iterator[str]:
    for verb, reported in journey.items():
        if reported.answer.status != STATUS[verb]:
            yield f"{verb} was answered {reported.answer.status}: {reported.answer.body}"
    placed = journey["checkout"].answer
    if placed.status != 201:
        return
    order = orders.get(placed.body["number"])
    if order is None:
        yield f"order {placed.body['number']} is lost"
        return
    for what, stated, is_so in _compared(journey, order):
        if stated != is_so:
            yield f"order {order.order.number}: {what} was {stated}, is {is_so}"


def _compared(journey: Journey, row: Stored) -> Iterator[tuple[str, Any, Any]]:
    """Compare the responses to the clients with the database: field by field, each once."""
    yield "total", journey["checkout"].answer.body["total"], row.order.total
    if "pick" in journey:
        body = journey["pick"].body
        picked = {line["sku"]: line["quantity"] for line in body["lines"]}
        short = {line["sku"]: line["quantity"] for line in body["short"]}
        yield "picks", [{"lines": picked}], row.picks
        yield "short", [short] if short else [], row.shorts
        yield "cancelled", journey["pick"].answer.body.get("cancelled"), row.order.cancelled
    if "hand-over" in journey:
        reported = journey["hand-over"].answer.body
        yield "status", reported.get("status"), row.order.status
        yield "paid", reported.get("paid"), row.order.paid
        yield "taken", [reported.get("paid")], row.taken
        yield "collected at", [reported.get("collected_at")], row.collected


def _of_mails(orders: dict[str, Stored], messages: list[Message], mails: Path) -> Iterator[str]:
    """Compare the messages of each event: placed, short (if units were), ready, collected; one of each.

    The worker may come so late that the order has moved past the first ones; the last is never superseded.
    """
    sent = Counter(
        (str(row.order_number), str(row.template))
        for row in messages
        if row.status == "sent" or (row.status == "superseded" and row.template != "collected")
    )
    due = Counter(
        (number, template)
        for number, row in orders.items()
        for template, happened in (
            ("placed", True),
            ("items_unavailable", bool(row.shorts)),
            ("ready", row.order.status in ("ready", "collected")),
            ("collected", row.order.status == "collected"),
        )
        if happened
    )
    for happening in due - sent:
        yield f"no notification was sent: {happening}"
    for happening in sent - due:
        yield f"told twice: {happening}"
    files = {file.stem for file in mails.glob("*.eml")}
    for row in messages:
        # A worker killed after the file was written may find the order in a later status: superseded, and sent.
        if str(row.id) not in files and row.status == "sent":
            yield f"letter {row.id} is noted as sent and there is no file"
    for name in files - {str(row.id) for row in messages}:
        yield f"letter {name} is in a file and not noted"
