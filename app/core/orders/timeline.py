"""A customer's timeline: what happened to the customer on all channels, newest first.

An event of an order is its customer's; another event is its own customer's. So a guest's order brings its whole
history along when it is claimed, and a merge or its undoing moves no event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import RowMapping

from app.core.customers.events import CUSTOMER_VIEWED
from app.core.customers.merged_customers import not_found
from app.core.transaction import Transaction

GROUPS = ("order", "cart", "account", "customer", "consent", "message")
"""The groups of events in a timeline: the first words of their kinds."""
TILL_GROUPS = ("order", "cart")
"""The groups that a till sees: what was bought, collected and returned, in any store. Messages, consents and
changes of the account are for the office."""

PagePosition = tuple[datetime, UUID]


@dataclass(frozen=True)
class ViewTimeline:
    customer_id: UUID
    limit: int
    kinds: Sequence[str]
    """The kinds of events that the audience may see, from the registry."""
    after: PagePosition | None = None
    """The last entry of the previous page."""
    channel: str | None = None
    """A sales or contact channel."""


class TimelineEntry(NamedTuple):
    id: UUID
    kind: str
    occurred_at: datetime
    payload: dict[str, Any]
    sales_channel: str | None
    contact_channel: str | None
    actor_kind: str
    location_id: UUID | None
    number: str | None
    """Of the order."""
    currency: str | None
    location: str | None
    """The code of the location."""
    store: str | None
    device: str | None
    client: str | None


def view_timeline(tx: Transaction, command: ViewTimeline) -> list[TimelineEntry]:
    """Return entries for staff. Raises NotFound.

    The statement that reads also records the view, as an event of the customer.
    """
    tx.record(CUSTOMER_VIEWED, {"what": "timeline"}, customer_id=command.customer_id)
    before, last = command.after or (None, None)
    values = {
        "customer_id": command.customer_id, "limit": command.limit, "before": before, "last": last,
        "channel": command.channel, "kinds": list(command.kinds),
    }  # fmt: skip
    return entries(tx.write_reading(READING, values))


def entries(rows: Sequence[RowMapping]) -> list[TimelineEntry]:
    """Return the entries that `READING` found. Raises NotFound for an unknown customer."""
    if not rows or not rows[0]["known"]:
        raise not_found()
    return [
        TimelineEntry(**{name: row[name] for name in TimelineEntry._fields})
        for row in rows
        if row["id"] is not None
    ]


# A view by staff is an event, but the timeline leaves it out: it would bury the rest.
_WANTED = """
    (CAST(:channel AS text) IS NULL OR e.sales_channel = :channel OR e.contact_channel = :channel)
    AND e.kind = ANY(CAST(:kinds AS text[])) AND e.kind <> 'customer.viewed'
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
