"""What we know of an order whose payer's bank asks for its money back: who handed over what, when, against what.

It names nobody: the bank knows its own customer, and what speaks for us are times, numbers and what was agreed. As
it was known at a moment, so that however often it is sent it says the same.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.money import format_minor

Facts = dict[str, Any]


def collect(reader: Session | Connection, dispute_id: UUID, as_of: datetime) -> Facts:
    """number, placed_at, channel, store, currency, total, quote_hash, terms_version, lines; ready_at, arrived_at;
    hand_over (at, store, device, staff_number, wrong_codes, by_somebody_else) or None; messages; refunds. In one
    statement."""
    row = reader.execute(_FACTS, {"dispute": dispute_id, "as_of": as_of}).mappings().one()
    return {**row, **{name: row[name] or [] for name in ("lines", "messages", "refunds")}}


def in_words(facts: Facts) -> dict[str, str]:
    """The same as the provider takes it: its own names of the fields, all of them text."""
    lines = [f"{line['quantity']} × {line['title']}" for line in facts["lines"]]
    payload = {
        "product_description": "\n".join(lines),
        "uncategorized_text": "\n".join([*_agreed(facts), *_handed_over(facts), *_describe(facts)]),
    }
    if facts["hand_over"] is not None:
        payload["service_date"] = facts["hand_over"]["at"][:10]
    return payload


def _agreed(facts: Facts) -> list[str]:
    total = format_minor(facts["total"], facts["currency"])
    return [
        f"Order {facts['number']} for {total} was placed on {facts['placed_at']:%Y-%m-%d at %H:%M} UTC in our "
        f"{facts['channel']} shop, to be collected at {facts['store']}.",
        f"The buyer accepted our terms, version {facts['terms_version']}, and the price breakdown with the "
        f"SHA-256 {facts['quote_hash']}.",
    ]


def _handed_over(facts: Facts) -> list[str]:
    handed = facts["hand_over"]
    if handed is None:
        return ["The goods were not handed over."]
    by = f"staff member {handed['staff_number']}" if handed["staff_number"] else "our staff"
    return [
        "The goods were not posted: they were collected in person, so there is no tracking number.",
        f"They were handed over at {handed['at']} at {handed['store']} by {by}, recorded on the device "
        f"{handed['device']}, against the secret pickup code of this order, which we had sent to the buyer alone.",
        f"Wrong codes that were tried before: {handed['wrong_codes']}.",
    ]


def _describe(facts: Facts) -> list[str]:
    payload = [
        f"We wrote to the buyer at {one['sent_at']}: {one['template'].replace('_', ' ')}."
        for one in facts["messages"]
    ]
    given = [
        f"We gave back {format_minor(one['amount'], facts['currency'])} at {one['at']}."
        for one in facts["refunds"]
    ]
    return payload + given


_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')"""
_HAND_OVER = f"""(
    SELECT json_build_object(
        'at', {_MOMENT.format("e.occurred_at")}, 'store', l.name, 'device', v.name, 'staff_number', s.number,
        'wrong_codes', (
            SELECT count(*) FROM events w WHERE w.order_id = o.id AND w.kind = 'order.code_refused'),
        'by_somebody_else', f.received_by_contact_id IS NOT NULL)
    FROM events e LEFT JOIN devices v ON v.id = e.device_id LEFT JOIN staff s ON s.id = e.actor_id
    WHERE e.order_id = o.id AND e.kind = 'order.collected' AND e.occurred_at <= :as_of
    ORDER BY e.occurred_at LIMIT 1)"""  # noqa: S608 - constants of this file
_LINES = """(
    SELECT json_agg(json_build_object(
        'title', i.title, 'sku', i.sku, 'quantity', i.quantity - i.cancelled, 'unit_price', i.unit_price
        ) ORDER BY i.position)
    FROM order_lines i WHERE i.order_id = o.id AND i.quantity > i.cancelled)"""
_MESSAGES = f"""(
    SELECT json_agg(json_build_object(
        'template', m.template, 'channel', m.contact_channel, 'sent_at', {_MOMENT.format("m.sent_at")}
        ) ORDER BY m.sent_at, m.id)
    FROM threads t JOIN messages m ON m.thread_id = t.id
    WHERE t.order_id = o.id AND m.template IS NOT NULL AND m.sent_at <= :as_of)"""  # noqa: S608 - as above
_REFUNDS = f"""(
    SELECT json_agg(json_build_object('amount', r.amount, 'at', {_MOMENT.format("r.created_at")}) ORDER BY r.id)
    FROM refunds r WHERE r.order_id = o.id AND r.created_at <= :as_of)"""  # noqa: S608 - as above
_FACTS = text(f"""
    SELECT o.number, o.placed_at, o.started_channel AS channel, o.currency, o.total, o.quote_hash, o.terms_version,
        l.name AS store, f.ready_at, f.arrived_at, {_LINES} AS lines, {_HAND_OVER} AS hand_over,
        {_MESSAGES} AS messages, {_REFUNDS} AS refunds
    FROM disputes d JOIN orders o ON o.id = d.order_id
        JOIN LATERAL (SELECT * FROM fulfilments WHERE order_id = o.id ORDER BY id LIMIT 1) f ON true
        JOIN locations l ON l.id = f.location_id
    WHERE d.id = :dispute
""")  # noqa: S608 - as above
