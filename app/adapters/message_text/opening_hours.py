"""Writes opening hours in words."""

from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from app.core.orders.order_details import OrderFulfilment

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def week_in_words(week: list[Any]) -> str:
    """Return `Monday to Saturday 09:00–18:00, Sunday closed`. Days in a row with the same hours form one range."""
    runs = [
        (list(days), hours)
        for hours, days in groupby(range(7), key=lambda day: _hours_in_words(week[day]))
    ]
    return ", ".join(f"{_day_range(days)} {hours}" for days, hours in runs)


def exceptions_in_words(pickup: OrderFulfilment, placed_at: datetime) -> list[str]:
    """Return the holidays in the time to collect: `Friday 25 December closed`."""
    zone = ZoneInfo(pickup.timezone)
    first = placed_at.astimezone(zone).date().isoformat()
    last = pickup.collect_by.astimezone(zone).date().isoformat()
    return [
        f"{_day(date.fromisoformat(day))} {_hours_in_words(hours)}"
        for day, hours in sorted(pickup.holidays.items())
        if first <= day <= last
    ]


def _hours_in_words(spans: list[Any]) -> str:
    return " and ".join(f"{opens}–{closes}" for opens, closes in spans) or "closed"


def _day_range(days: list[int]) -> str:
    first, last = DAYS[days[0]], DAYS[days[-1]]
    return first if first == last else f"{first} to {last}"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
