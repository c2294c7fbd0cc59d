"""The audit log: the events about money, stock, prices, roles, customers and overrides, newest first.

It has no table of its own. An event says who acted, in which role, through what, on whose approval and why. Its
payload has the values before and after, and it is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.engine import Connection

from app.core.event_kinds import SUBJECTS

OVERRIDE = "override"
"""What a manager approved, of any kind."""
ABOUT = (*SUBJECTS, OVERRIDE)
"""What a search can be about: each kind of event declares its subjects."""


@dataclass(frozen=True)
class AuditSearch:
    limit: int
    kinds: Sequence[str]
    """The kinds of events to search, from the registry."""
    overrides: bool = False
    """Search what a manager approved instead, of any kind."""
    before: UUID | None = None
    """The last entry of the previous page."""
    actor: UUID | None = None
    order: str | None = None
    """The number of an order."""
    device: UUID | None = None
    location: str | None = None
    """The code of a location."""


class AuditEntry(NamedTuple):
    id: UUID
    kind: str
    occurred_at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_role: str | None
    sales_channel: str | None
    device_id: UUID | None
    client_id: UUID | None
    customer_id: UUID | None
    approved_by: UUID | None
    reason: str | None
    changes: dict[str, Any]
    """The payload of the event."""
    location: str | None
    """The code of a location."""
    order: str | None
    """The number of an order."""
    position: int | None
    """None: not sealed yet."""


def list_entries(reader: Connection, search: AuditSearch) -> Sequence[AuditEntry]:
    """Return up to `limit` entries, newest first, in one statement.

    Each kind brings its newest entries by its own index, so a page costs the same after ten years. The entries of
    an actor, of an order and those with an approval are found by their own indexes.
    """
    values = {field.name: getattr(search, field.name) for field in fields(search)}
    named = tuple(name for name in _CONDITIONS if values[name] is not None)
    statement = _statement(named, search.overrides)
    values |= {"before": search.before or _NEWEST, "kinds": list(search.kinds)}
    return [AuditEntry(**row) for row in reader.execute(statement, values).mappings()]


_NEWEST = UUID(int=(1 << 128) - 1)
_CONDITIONS = {
    "actor": "e.actor_id = :actor",
    "order": "e.order_id = (SELECT id FROM orders WHERE number = :order)",
    "device": "e.device_id = :device",
    "location": "e.location_id = (SELECT id FROM locations WHERE code = :location)",
}
_SELECTIVE_CONDITIONS = {"actor", "order"}
"""Conditions that leave so few events that the kinds need no search each."""


@cache
def _statement(named: tuple[str, ...], overrides: bool) -> TextClause:
    """Return the statement with the named conditions only, so that each kind of search gets its own plan."""
    conditions = " AND ".join(["e.id < :before", *(_CONDITIONS[name] for name in named)])
    found = _BY_KIND
    if overrides:
        found = _APPROVED
    elif _SELECTIVE_CONDITIONS.intersection(named):
        found = _SELECTIVE
    return text(_ENTRIES.format(found=found.format(conditions=conditions)))


_APPROVED = "SELECT e.* FROM events e WHERE e.approved_by IS NOT NULL AND {conditions}"
_SELECTIVE = "SELECT e.* FROM events e WHERE e.kind = ANY(:kinds) AND {conditions}"
_BY_KIND = """
    SELECT f.* FROM unnest(CAST(:kinds AS text[])) k CROSS JOIN LATERAL (
        SELECT e.* FROM events e WHERE e.kind = k AND {conditions} ORDER BY e.id DESC LIMIT :limit
    ) f
"""
_ENTRIES = """
    SELECT f.id, f.kind, f.occurred_at, f.actor_kind, f.actor_id, f.actor_role, f.sales_channel, f.device_id,
        f.client_id, f.customer_id, f.approved_by, f.reason, f.payload AS changes, l.code AS location,
        o.number AS "order", s.position
    FROM ({found} ORDER BY id DESC LIMIT :limit) f
    LEFT JOIN locations l ON l.id = f.location_id
    LEFT JOIN orders o ON o.id = f.order_id
    LEFT JOIN event_seals s ON s.event_id = f.id
    ORDER BY f.id DESC
"""
