"""Reads new events for live streams: sealed events, as ids and kinds, by their positions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection

BATCH = 1000
FARTHEST = 5000
"""How many positions back a stream resumes. After a longer absence `hello` tells the client to read everything."""


class Topic(NamedTuple):
    kind: str
    """order or location."""
    id: str


@dataclass(frozen=True)
class FeedEntry:
    """A sealed event, as a stream shows it."""

    position: int
    kind: str
    occurred_at: datetime
    status: str | None
    """The order's new status, if the event is a step of an order."""
    number: str | None
    location_id: UUID | None

    @property
    def topics(self) -> Iterable[Topic]:
        if self.number is not None:
            yield Topic("order", self.number)
        if self.location_id is not None:
            yield Topic("location", str(self.location_id))


def last_position(reader: Connection) -> int:
    position: int = reader.execute(_LAST).scalar_one()
    return position


def entries_after(reader: Connection, position: int) -> Sequence[FeedEntry]:
    """Return up to one batch of the events that were sealed after `position`."""
    return [
        FeedEntry(*row) for row in reader.execute(_AFTER, {"position": position, "batch": BATCH})
    ]


def missed(
    reader: Connection, topic: Topic, kinds: Sequence[str], after: int, until: int
) -> Sequence[FeedEntry]:
    """Return a topic's events of these kinds that were sealed after one position, up to and with the other."""
    window = {"after": max(after, until - FARTHEST), "until": until}
    values = {**window, "id": topic.id, "kinds": list(kinds)}
    return [FeedEntry(*row) for row in reader.execute(_MISSED[topic.kind], values)]


_SELECT = """
    SELECT s.position, e.kind, e.occurred_at, e.payload ->> 'to', o.number, e.location_id
    FROM event_seals s JOIN events e ON e.id = s.event_id LEFT JOIN orders o ON o.id = e.order_id
"""
_LAST = text("SELECT coalesce(max(position), 0) FROM event_seals")
_AFTER = text(f"{_SELECT} WHERE s.position > :position ORDER BY s.position LIMIT :batch")
_WINDOW = "s.position > :after AND s.position <= :until AND e.kind = ANY(CAST(:kinds AS text[]))"
_MISSED = {
    "order": text(f"{_SELECT} WHERE {_WINDOW} AND o.number = :id ORDER BY s.position"),
    "location": text(
        f"{_SELECT} WHERE {_WINDOW} AND e.location_id = CAST(:id AS uuid) ORDER BY s.position"
    ),
}
