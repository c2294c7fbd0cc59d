"""When a store is open, and which times it can promise. Pure: all datetimes are aware.

Hours are kept in local time and converted day by day, so a change of the clocks gives correct times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

MAX_DAYS_AHEAD = 400
"""Days to search for the next opening. A store that is closed longer promises nothing."""


class NeverOpen(ValueError):
    """The store has no opening hours in the next 400 days."""


class HasOpeningHours(Protocol):
    """A location, or a row with these columns of a location."""

    @property
    def timezone(self) -> str: ...
    @property
    def hours(self) -> list[Any]: ...
    @property
    def holidays(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class OpeningHours:
    timezone: str
    week: list[Any]
    """Seven lists, Monday first, of [opens, closes] as "HH:MM". Hours that close before they open, such as 18:00
    to 02:00, end on the next day. They belong to the day on which they begin."""
    holidays: dict[str, Any]
    """ISO date to the hours of that day, in the same form as a day of `week`."""

    @classmethod
    def of(cls, location: HasOpeningHours) -> "OpeningHours":
        return cls(location.timezone, location.hours, location.holidays)

    def spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the spans in which the store is open on a local day, in UTC."""
        hours = self.holidays.get(day.isoformat(), self.week[day.weekday()])
        next_day = day + timedelta(days=1)
        return [
            (self._moment(day, opens), self._moment(day if opens < closes else next_day, closes))
            for opens, closes in hours
        ]

    def ready_by(self, start: datetime, minutes: int) -> datetime:
        """Return the end of `minutes` of work that begins at `start`; only opening hours count."""
        remaining, done = timedelta(minutes=minutes), start
        for opens, closes in self.spans_from(start):
            begin = max(opens, done)  # hours past midnight can overlap those of a holiday
            if begin + remaining <= closes:
                return begin + remaining
            remaining -= max(closes - begin, timedelta())
            done = max(closes, done)
        raise NeverOpen("This store has no opening hours: set them before it offers pick-up.")

    def closing_after(self, start: datetime, days: int) -> datetime:
        """Return the closing time `days` local days after `start`, or on the next day when the store opens."""
        local = start.astimezone(ZoneInfo(self.timezone)).date() + timedelta(days=days)
        for ahead in range(MAX_DAYS_AHEAD):
            spans = self.spans_on(local + timedelta(days=ahead))
            if spans:
                return spans[-1][1]
        raise NeverOpen("This store has no opening hours: set them before it offers pick-up.")

    def spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans that end after `start`. Those of yesterday can last until today."""
        today = start.astimezone(ZoneInfo(self.timezone)).date()
        for ahead in range(-1, MAX_DAYS_AHEAD):
            for opens, closes in self.spans_on(today + timedelta(days=ahead)):
                if closes > start:
                    yield opens, closes

    def _moment(self, day: date, clock: str) -> datetime:
        if clock == "24:00":
            day, clock = day + timedelta(days=1), "00:00"
        local = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(self.timezone))
        return local.astimezone(UTC)
