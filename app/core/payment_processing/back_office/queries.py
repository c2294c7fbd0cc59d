"""Reads of an order's money, for who keeps the books."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound

Reader = Session | Connection


def money_of(reader: Reader, number: str) -> dict[str, Any]:
    """Return the order's figures; its payments, each with its events and attempts; and its refunds.

    One statement reads them all, so that sums and events agree. Raises NotFound.
    """
    found = reader.execute(_MONEY, {"number": number}).mappings().first()
    if found is None:
        raise NotFound(f"There is no order {number}.")
    return {**found, "payments": found["payments"] or [], "refunds": found["refunds"] or []}


Place = tuple[datetime, UUID]
"""Where an order stands in the list: (placed_at, id)."""


def needing_review(reader: Reader, after: Place | None, limit: int) -> list[dict[str, Any]]:
    """Orders that somebody has to look at, the oldest first: number, status, attention, since, store, currency,
    due, paid, placed_at."""
    values = {"limit": limit}
    if after is None:
        return [dict(row) for row in reader.execute(_FLAGGED, values).mappings()]
    more = values | {"at": after[0], "id": after[1]}
    return [dict(row) for row in reader.execute(_MORE_FLAGGED, more).mappings()]


_DUE = "o.total - o.cancelled - o.credited - o.paid"
_EVENTS = """(
    SELECT coalesce(json_agg(json_build_object(
        'kind', e.kind, 'amount', e.amount, 'refund_method', e.refund_method,
        'occurred_at', e.occurred_at) ORDER BY e.id), '[]')
    FROM payment_events e WHERE e.payment_id = p.id)"""
_ATTEMPTS = """(
    SELECT coalesce(json_agg(json_build_object(
        'id', a.id, 'kind', a.kind, 'amount', a.amount, 'status', a.status, 'tries', a.tries,
        'failure_code', a.failure_code,
        'created_at', a.created_at, 'completed_at', a.completed_at) ORDER BY a.id), '[]')
    FROM payment_attempts a WHERE a.payment_id = p.id)"""
_PAYMENTS = f"""(
    SELECT json_agg(json_build_object(
        'id', p.id, 'method', p.method, 'status', p.status, 'flow', p.flow, 'amount', p.amount,
        'authorised', p.authorised, 'captured', p.captured, 'refunded', p.refunded, 'refunding', p.refunding,
        'charged_back', p.charged_back, 'tendered', p.tendered, 'provider_id', p.provider_id,
        'capture_before', p.capture_before, 'created_at', p.created_at,
        'events', {_EVENTS}, 'attempts', {_ATTEMPTS}) ORDER BY p.created_at, p.id)
    FROM payments p WHERE p.order_id = o.id)"""  # noqa: S608 - constants of this file
_REFUNDS = """(
    SELECT json_agg(json_build_object(
        'id', r.id, 'amount', r.amount, 'reason', r.reason, 'status', r.status, 'created_at', r.created_at
        ) ORDER BY r.id)
    FROM refunds r WHERE r.order_id = o.id)"""
_MONEY = text(f"""
    SELECT o.number, o.status, o.review_reason, o.currency, o.paid, {_DUE} AS amount_due,
        {_PAYMENTS} AS payments, {_REFUNDS} AS refunds
    FROM orders o WHERE o.number = :number
""")  # noqa: S608 - constants of this file
_ALL_FLAGGED = f"""
    SELECT o.id, o.number, o.status, o.review_reason, o.currency, o.paid, {_DUE} AS amount_due, o.placed_at,
        l.code AS store,
        (SELECT max(e.occurred_at) FROM events e
            WHERE e.order_id = o.id AND e.kind = 'order.review_flagged') AS since
    FROM orders o LEFT JOIN fulfilments f ON f.order_id = o.id LEFT JOIN locations l ON l.id = f.location_id
    WHERE o.review_reason IS NOT NULL {{more}}
    ORDER BY o.placed_at, o.id LIMIT :limit
"""  # noqa: S608 - constants of this file
_FLAGGED = text(_ALL_FLAGGED.format(more=""))
_MORE_FLAGGED = text(_ALL_FLAGGED.format(more="AND (o.placed_at, o.id) > (:at, :id)"))
