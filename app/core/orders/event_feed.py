"""Reads of what is new, for who follows along: sealed events, as ids and kinds, by their positions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection

BATCH = 1000
FARTHEST = 5000
"""How many positions back a stream resumes. Who was away longer learns so from `hello`, and reads afresh."""


class Topic(NamedTuple):
    kind: str
    """order or location."""
    id: str


@dataclass(frozen=True)
class FeedEntry:
    """One sealed event, as far as a stream may tell."""

    position: int
    kind: str
    occurred_at: datetime
    state: str | None
    """What the order became, where this was a step of its life."""
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


def news_after(reader: Connection, position: int) -> Sequence[FeedEntry]:
    """Up to one batch of what was sealed after `position`."""
    return [FeedEntry(*row) for row in reader.execute(_AFTER, {"position": position, "batch": BATCH})]


def missed(reader: Connection, topic: Topic, after: int, until: int) -> Sequence[FeedEntry]:
    """What was sealed about a topic after one position, up to and with the other."""
    window = {"after": max(after, until - FARTHEST), "until": until, "id": topic.id}
    return [FeedEntry(*row) for row in reader.execute(_MISSED[topic.kind], window)]


_SELECT = """
    SELECT s.position, e.kind, e.occurred_at, e.payload ->> 'to', o.number, e.location_id
    FROM seal s JOIN events e ON e.id = s.row_id LEFT JOIN orders o ON o.id = e.order_id
"""
_LAST = text("SELECT coalesce(max(position), 0) FROM seal")
_AFTER = text(f"{_SELECT} WHERE s.position > :position ORDER BY s.position LIMIT :batch")
_WINDOW = "s.position > :after AND s.position <= :until"
_MISSED = {
    "order": text(f"{_SELECT} WHERE {_WINDOW} AND o.number = :id ORDER BY s.position"),
    "location": text(
        f"{_SELECT} WHERE {_WINDOW} AND e.location_id = CAST(:id AS uuid) ORDER BY s.position"
    ),
}
