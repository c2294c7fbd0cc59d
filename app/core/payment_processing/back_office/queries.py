"""Reads of orders' money for the back office."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.catalogue.models import Location
from app.core.errors import NotFound
from app.core.events import Event
from app.core.orders.models import Fulfilment, Order
from app.core.payment_processing.events import ORDER_REVIEW_FLAGGED
from app.core.payments.order_balance import amount_due

Reader = Session | Connection


def money_of(reader: Reader, number: str) -> dict[str, Any]:
    """Return the order's figures; its payments, each with its events and attempts; its payment sessions, without
    the pages' addresses, because they open the payer's page; and its refunds.

    One statement reads them all, so that sums and events agree. Raises NotFound.
    """
    found = reader.execute(_MONEY, {"number": number}).mappings().first()
    if found is None:
        raise NotFound(f"There is no order {number}.")
    due = amount_due(found["total"], found["cancelled"], found["credited"], found["paid"])
    lists = {name: found[name] or [] for name in ("payments", "payment_sessions", "refunds")}
    return {**found, **lists, "amount_due": due}


class OrderNeedingReview(NamedTuple):
    id: UUID
    number: str
    status: str
    review_reason: str
    currency: str
    paid: int
    amount_due: int
    placed_at: datetime
    store: str | None
    """The code of the store whose staff review it."""
    since: datetime | None


ReviewPosition = tuple[datetime, UUID]
"""The position of an order in the list: (placed_at, id)."""


def needing_review(
    reader: Reader, after: ReviewPosition | None, limit: int
) -> list[OrderNeedingReview]:
    """Return the orders that need review, the oldest first, in one statement."""
    query = _NEEDING_REVIEW.limit(limit)
    if after is not None:
        query = query.where(tuple_(Order.placed_at, Order.id) > tuple_(*after))
    return [OrderNeedingReview(*row) for row in reader.execute(query)]


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
    FROM payment_attempts a WHERE {subject})"""
_PAYMENTS = f"""(
    SELECT json_agg(json_build_object(
        'id', p.id, 'method', p.method, 'status', p.status, 'amount', p.amount,
        'authorised', p.authorised, 'captured', p.captured, 'refunded', p.refunded, 'refunding', p.refunding,
        'charged_back', p.charged_back, 'tendered', p.tendered, 'provider_id', p.provider_id,
        'capture_before', p.capture_before, 'created_at', p.created_at,
        'events', {_EVENTS}, 'attempts', {_ATTEMPTS.format(subject="a.payment_id = p.id")}
        ) ORDER BY p.created_at, p.id)
    FROM payments p WHERE p.order_id = o.id)"""  # noqa: S608 - constants of this file
_SESSIONS = f"""(
    SELECT json_agg(json_build_object(
        'id', s.id, 'flow', s.flow, 'reader', s.reader, 'status', s.status, 'amount', s.amount,
        'failure_code', s.failure_code, 'created_at', s.created_at, 'expires_at', s.expires_at,
        'ended_at', s.ended_at, 'attempts', {_ATTEMPTS.format(subject="a.session_id = s.id")}
        ) ORDER BY s.created_at, s.id)
    FROM payment_sessions s WHERE s.order_id = o.id)"""  # noqa: S608 - constants of this file
_REFUNDS = """(
    SELECT json_agg(json_build_object(
        'id', r.id, 'amount', r.amount, 'reason', r.reason, 'status', r.status, 'created_at', r.created_at
        ) ORDER BY r.id)
    FROM refunds r WHERE r.order_id = o.id)"""
_MONEY = text(f"""
    SELECT o.number, o.status, o.review_reason, o.currency, o.total, o.cancelled, o.credited, o.paid,
        {_PAYMENTS} AS payments, {_SESSIONS} AS payment_sessions, {_REFUNDS} AS refunds
    FROM orders o WHERE o.number = :number
""")  # noqa: S608 - constants of this file
_STORE = (
    select(Location.code)
    .join(Fulfilment, Fulfilment.location_id == Location.id)
    .where(Fulfilment.order_id == Order.id)
    .order_by(Fulfilment.id)
    .limit(1)
    .correlate(Order)
    .scalar_subquery()
)
_SINCE = (
    select(func.max(Event.occurred_at))
    .where(Event.order_id == Order.id, Event.kind == ORDER_REVIEW_FLAGGED.name)
    .correlate(Order)
    .scalar_subquery()
)
_NEEDING_REVIEW = (
    select(
        Order.id, Order.number, Order.status, Order.review_reason, Order.currency, Order.paid,
        Order.amount_due, Order.placed_at, _STORE.label("store"), _SINCE.label("since"),
    )
    .where(Order.review_reason.is_not(None))
    .order_by(Order.placed_at, Order.id)
)  # fmt: skip
