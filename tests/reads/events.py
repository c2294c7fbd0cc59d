"""The event log in the database."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from tests.reads.reader import AnOrder, Reader, number_of


class Event(NamedTuple):
    id: UUID
    kind: str
    occurred_at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_role: str | None
    sales_channel: str | None
    location_id: UUID | None
    device_id: UUID | None
    client_id: UUID | None
    customer_id: UUID | None
    order_id: UUID | None
    approved_by: UUID | None
    reason: str | None
    payload: dict[str, Any]


class EventSeal(NamedTuple):
    position: int
    event_id: UUID


class EventReads(Reader):
    def events(self, kind: str | None = None, order: AnOrder = None) -> list[Event]:
        """Return events in the order of their ids: all, or those of a kind ("staff.*": of all such kinds)."""
        return self.read(Event, _EVENTS, kind=kind and _pattern(kind), number=number_of(order))

    def event(self, kind: str | None = None, order: AnOrder = None) -> Event:
        """Return the only event."""
        (event,) = self.events(kind, order)
        return event

    def event_kinds(self, kind: str | None = None) -> list[str]:
        return [event.kind for event in self.events(kind)]

    def payloads(self, kind: str | None = None) -> list[dict[str, Any]]:
        return [event.payload for event in self.events(kind)]

    def count_events_of(self, customer: str) -> int:
        """Return how many events are about a customer or one of the customer's orders."""
        return int(self.read_value(_OF_CUSTOMER, customer=customer))

    def event_seals(self) -> list[EventSeal]:
        """Return the sealed events, from the first position on."""
        return self.read(EventSeal, _SEALS)


def _pattern(kind: str) -> str:
    """Return the kind as a LIKE pattern."""
    return kind.replace("_", r"\_").replace("*", "%")


_EVENTS = """
    SELECT e.id, e.kind, e.occurred_at, e.actor_kind, e.actor_id, e.actor_role, e.sales_channel, e.location_id,
        e.device_id, e.client_id, e.customer_id, e.order_id, e.approved_by, e.reason, e.payload
    FROM events e LEFT JOIN orders o ON o.id = e.order_id
    WHERE (CAST(:kind AS text) IS NULL OR e.kind LIKE :kind)
        AND (CAST(:number AS text) IS NULL OR o.number = :number)
    ORDER BY e.id
"""
_OF_CUSTOMER = """
    SELECT count(*) FROM events e LEFT JOIN orders o ON o.id = e.order_id
    WHERE CAST(:customer AS uuid) IN (e.customer_id, o.customer_id)
"""
_SEALS = "SELECT position, event_id FROM event_seals ORDER BY position"
