"""Reads of shifts for merchants: expected and counted cash, and the Z report of a shift."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.payments.drawer.shifts import EXPECTED

Reader = Session | Connection


class ShiftSummary(NamedTuple):
    """Amounts in minor units of `currency`."""

    id: UUID
    store: str
    device: str
    opened_at: datetime
    closed_at: datetime | None
    currency: str
    opening_float: int
    expected: int
    """The expected cash: at the end of the shift, or now while it is open."""
    counted: int | None
    difference: int | None
    """counted − expected; None while the shift is open."""


class ZReport(NamedTuple):
    shift: ShiftSummary
    tenders: Sequence[dict[str, Any]]
    """{tender, captured, refunded, net}."""
    moves: Sequence[dict[str, Any]]
    """{amount, reason, occurred_at} of cash put in or taken out."""


def shifts(
    reader: Reader, store: str | None, before: UUID | None, limit: int
) -> list[ShiftSummary]:
    """Return a page of shifts, newest first."""
    conditions = ["s.id < :before"] * (before is not None) + ["l.code = :store"] * (
        store is not None
    )
    query = f"{_SHIFT} WHERE {' AND '.join(conditions) or 'true'} ORDER BY s.id DESC LIMIT :limit"
    values = {"store": store, "before": before, "limit": limit}
    return [ShiftSummary(*row) for row in reader.execute(text(query), values)]


def z_report(reader: Reader, shift_id: UUID) -> ZReport:
    """Return a shift with its tenders and cash movements, in one statement.

    Cash is reported as it went through the drawer. Other tenders count for the shift in which they were begun at
    this till; a later refund of them does not change the report. Raises NotFound.
    """
    found = reader.execute(_Z_REPORT, {"shift": shift_id}).first()
    if found is None:
        raise NotFound("There is no such shift: look it up in the list.")
    *summary, tenders, moves = found
    return ZReport(ShiftSummary(*summary), tenders or [], moves or [])


_COLUMNS = f"""
    s.id, l.code AS store, v.name AS device, s.opened_at, s.closed_at, s.currency, s.opening_float,
    coalesce(s.expected, {EXPECTED}) AS expected, s.counted, s.counted - s.expected AS difference"""
_FROM = (
    "FROM shifts s JOIN locations l ON l.id = s.location_id JOIN devices v ON v.id = s.device_id"
)
_SHIFT = f"SELECT {_COLUMNS} {_FROM}"
_TENDERS = """(
    SELECT json_agg(json_build_object(
        'tender', t.method, 'captured', t.captured, 'refunded', t.refunded, 'net', t.captured - t.refunded
        ) ORDER BY t.method)
    FROM (
        SELECT coalesce(e.refund_method, p.method) AS method,
            coalesce(sum(e.amount + e.rounding) FILTER (WHERE e.kind = 'capture'), 0) AS captured,
            coalesce(sum(e.amount + e.rounding) FILTER (WHERE e.kind = 'refund'), 0)
                - coalesce(sum(e.amount) FILTER (WHERE e.kind = 'refund_reversed'), 0) AS refunded
        FROM (
            SELECT id FROM payment_events WHERE shift_id = s.id
            UNION
            SELECT o.id FROM payments q JOIN payment_events o ON o.payment_id = q.id
            WHERE q.device_id = s.device_id AND q.method <> 'cash' AND o.refund_method IS NULL
                AND q.created_at >= s.opened_at AND (s.closed_at IS NULL OR q.created_at < s.closed_at)
                AND (o.kind = 'capture' OR s.closed_at IS NULL OR o.occurred_at < s.closed_at)
        ) here JOIN payment_events e ON e.id = here.id JOIN payments p ON p.id = e.payment_id
        WHERE e.kind IN ('capture', 'refund', 'refund_reversed')
        GROUP BY 1
    ) t)"""
_MOVES = """(
    SELECT json_agg(json_build_object(
        'amount', d.amount, 'reason', d.reason, 'occurred_at', d.occurred_at) ORDER BY d.id)
    FROM drawer_entries d WHERE d.shift_id = s.id)"""
_Z_REPORT = text(
    f"SELECT {_COLUMNS}, {_TENDERS} AS tenders, {_MOVES} AS moves {_FROM} WHERE s.id = :shift"
)
