"""When a store is open, and what that makes of a promise. Pure: moments in, moments out, all aware.

Hours are kept in local time and turned into moments day by day, so that a change of the clocks falls out right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LOOK_AHEAD = 400
"""Days to look for the next opening; a store closed longer than that promises nothing."""


class NeverOpen(ValueError):
    """The store has no opening hours in the next 400 days."""


@dataclass(frozen=True)
class OpeningHours:
    timezone: str
    week: list[Any]
    """Seven lists, Monday first, of [opens, closes] as "HH:MM"."""
    holidays: dict[str, Any]
    """ISO date to the hours of that day, in the same form."""

    def on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The spans in which the store is open on a local day, as moments in UTC."""
        hours = self.holidays.get(day.isoformat(), self.week[day.weekday()])
        return [(self._moment(day, opens), self._moment(day, closes)) for opens, closes in hours]

    def ready_by(self, start: datetime, minutes: int) -> datetime:
        """When `minutes` of work begun at `start` are done, counting only the time in which the store is open."""
        left = timedelta(minutes=minutes)
        for opens, closes in self._spans_from(start):
            begin = max(opens, start)
            if begin + left <= closes:
                return begin + left
            left -= closes - begin
        raise NeverOpen("This store has no opening hours: set them before it offers pick-up.")

    def closing_after(self, start: datetime, days: int) -> datetime:
        """The closing time `days` local days after `start`, or of the next day on which the store opens."""
        local = start.astimezone(ZoneInfo(self.timezone)).date() + timedelta(days=days)
        for ahead in range(LOOK_AHEAD):
            spans = self.on(local + timedelta(days=ahead))
            if spans:
                return spans[-1][1]
        raise NeverOpen("This store has no opening hours: set them before it offers pick-up.")

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        today = start.astimezone(ZoneInfo(self.timezone)).date()
        for ahead in range(LOOK_AHEAD):
            for opens, closes in self.on(today + timedelta(days=ahead)):
                if closes > start:
                    yield opens, closes

    def _moment(self, day: date, clock: str) -> datetime:
        if clock == "24:00":
            day, clock = day + timedelta(days=1), "00:00"
        local = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(self.timezone))
        return local.astimezone(UTC)
