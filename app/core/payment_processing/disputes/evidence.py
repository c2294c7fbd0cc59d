"""The evidence for a disputed order: who handed over what, when, and against which code.

It names no person: the bank knows its own customer, and times, numbers and the agreed terms are what counts. It is
collected as of a moment, so that it says the same however often it is sent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.money import format_minor


class EvidenceLine(NamedTuple):
    title: str
    sku: str
    quantity: int
    """Units that were not cancelled."""
    unit_price: int


class HandOverEvidence(NamedTuple):
    at: str
    store: str
    device: str | None
    staff_number: str | None
    wrong_codes: int
    """Wrong pickup codes before the right one."""
    by_another_person: bool
    """A person other than the shopper collected the goods, with the code."""


class SentMessage(NamedTuple):
    template: str
    channel: str
    sent_at: str


class EvidenceRefund(NamedTuple):
    amount: int
    at: str


@dataclass(frozen=True)
class Evidence:
    number: str
    """Of the order."""
    placed_at: datetime
    channel: str
    currency: str
    total: int
    quote_hash: str
    terms_version: str
    store: str
    ready_at: datetime | None
    arrived_at: datetime | None
    lines: list[EvidenceLine]
    hand_over: HandOverEvidence | None
    messages: list[SentMessage]
    refunds: list[EvidenceRefund]


def collect_evidence(reader: Session | Connection, dispute_id: UUID, as_of: datetime) -> Evidence:
    """Return the evidence as it was known at a moment, in one statement."""
    row = dict(reader.execute(_FACTS, {"dispute": dispute_id, "as_of": as_of}).mappings().one())
    hand_over = row["hand_over"]
    return Evidence(
        **row
        | {
            "lines": [EvidenceLine(**one) for one in row["lines"] or ()],
            "hand_over": hand_over and HandOverEvidence(**hand_over),
            "messages": [SentMessage(**one) for one in row["messages"] or ()],
            "refunds": [EvidenceRefund(**one) for one in row["refunds"] or ()],
        }
    )


def in_words(evidence: Evidence) -> dict[str, str]:
    """Return the evidence as text in the provider's fields."""
    lines = [f"{line.quantity} × {line.title}" for line in evidence.lines]
    paragraphs = [*_agreement(evidence), *_hand_over(evidence), *_messages(evidence)]
    fields = {
        "product_description": "\n".join(lines),
        "uncategorized_text": "\n".join(paragraphs),
    }
    if evidence.hand_over is not None:
        fields["service_date"] = evidence.hand_over.at[:10]
    return fields


def _agreement(evidence: Evidence) -> list[str]:
    total = format_minor(evidence.total, evidence.currency)
    return [
        f"Order {evidence.number} for {total} was placed on {evidence.placed_at:%Y-%m-%d at %H:%M} UTC in our "
        f"{evidence.channel} shop, to be collected at {evidence.store}.",
        f"The buyer accepted our terms, version {evidence.terms_version}, and the price breakdown with the "
        f"SHA-256 {evidence.quote_hash}.",
    ]


def _hand_over(evidence: Evidence) -> list[str]:
    handed = evidence.hand_over
    if handed is None:
        return ["The goods were not handed over."]
    by = f"staff member {handed.staff_number}" if handed.staff_number else "our staff"
    return [
        "The goods were not posted: they were collected in person, so there is no tracking number.",
        f"They were handed over at {handed.at} at {handed.store} by {by}, recorded on the device "
        f"{handed.device}, against the secret pickup code of this order, which we had sent to the buyer alone.",
        f"Wrong codes that were tried before: {handed.wrong_codes}.",
    ]


def _messages(evidence: Evidence) -> list[str]:
    sent = [
        f"We wrote to the buyer at {one.sent_at}: {one.template.replace('_', ' ')}."
        for one in evidence.messages
    ]
    refunded = [
        f"We refunded {format_minor(one.amount, evidence.currency)} at {one.at}."
        for one in evidence.refunds
    ]
    return sent + refunded


_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')"""
_HAND_OVER = f"""(
    SELECT json_build_object(
        'at', {_MOMENT.format("e.occurred_at")}, 'store', l.name, 'device', v.name, 'staff_number', s.number,
        'wrong_codes', (
            SELECT count(*) FROM events w WHERE w.order_id = o.id AND w.kind = 'order.code_refused'),
        'by_another_person', f.received_by_contact_id IS NOT NULL)
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
