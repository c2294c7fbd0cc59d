"""A person's timeline: all that happened to her, over all channels, the newest first.

An event is a person's by its order's customer, or, where it is about no order, by its own. So an order that a
guest placed brings its whole history along once it is known whose it is, and a merge or its undoing moves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping

from app.core.customers.events import CUSTOMER_VIEWED
from app.core.customers.merged_customers import not_found
from app.core.transaction import Transaction

GROUPS = ("order", "cart", "account", "customer", "consent", "message")
"""What kinds begin with."""
TILL_GROUPS = ("order", "cart")
"""What a till sees: what was bought, collected and brought back, anywhere. Not what a person was told, allowed or
changed: that is the office's."""

Place = tuple[datetime, UUID]


@dataclass(frozen=True)
class ViewTimeline:
    customer_id: UUID
    limit: int
    after: Place | None = None
    """Where the page before ended."""
    channel: str | None = None
    """A sales or contact channel."""
    groups: Sequence[str] = GROUPS


def view_timeline(tx: Transaction, command: ViewTimeline) -> list[dict[str, Any]]:
    """Entries for one of the staff: id, kind, occurred_at, payload, who did it, in which channel and where; that
    they looked is an event of hers, and the reading writes it. Raises NotFound."""
    tx.record(CUSTOMER_VIEWED, {"what": "timeline"}, customer_id=command.customer_id)
    before, last = command.after or (None, None)
    values = {
        "customer_id": command.customer_id, "limit": command.limit, "before": before, "last": last,
        "channel": command.channel, "groups": list(command.groups),
    }  # fmt: skip
    return entries(tx.write_reading(READING, values))


def entries(rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    if not rows or not rows[0]["known"]:
        raise not_found()
    return [dict(row) for row in rows if row["id"] is not None]


# That staff looked is an event like others, but no part of what happened to her: it would bury the rest.
_WANTED = """
    (CAST(:channel AS text) IS NULL OR e.sales_channel = :channel OR e.contact_channel = :channel)
    AND split_part(e.kind, '.', 1) = ANY(CAST(:groups AS text[])) AND e.kind <> 'customer.viewed'
    AND (CAST(:before AS timestamptz) IS NULL
        OR (e.occurred_at, e.id) < (CAST(:before AS timestamptz), CAST(:last AS uuid)))
    ORDER BY e.occurred_at DESC, e.id DESC LIMIT :limit
"""
READING = f"""
    person AS (SELECT id FROM customer_ids(:customer_id)), found AS (
        SELECT e.* FROM person f CROSS JOIN LATERAL (
            SELECT e.* FROM events e WHERE e.customer_id = f.id AND e.order_id IS NULL AND {_WANTED}) e
        UNION ALL
        SELECT e.* FROM person f JOIN orders o ON o.customer_id = f.id CROSS JOIN LATERAL (
            SELECT e.* FROM events e WHERE e.order_id = o.id AND {_WANTED}) e
    ), page AS (
        SELECT * FROM found ORDER BY occurred_at DESC, id DESC LIMIT :limit
    )
    SELECT k.known, e.id, e.kind, e.occurred_at, e.payload, e.sales_channel, e.contact_channel, e.actor_kind,
        e.location_id, o.number, o.currency, l.code AS location, l.name AS store, d.name AS device,
        c.name AS client
    FROM (SELECT EXISTS (SELECT 1 FROM person) AS known) k
        LEFT JOIN page e ON true LEFT JOIN orders o ON o.id = e.order_id
        LEFT JOIN locations l ON l.id = e.location_id LEFT JOIN devices d ON d.id = e.device_id
        LEFT JOIN api_clients c ON c.id = e.client_id
    ORDER BY e.occurred_at DESC, e.id DESC
"""  # noqa: S608 - constants
"""What follows `WITH`."""
