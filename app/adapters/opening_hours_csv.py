"""Opening hours as people write them in a list: `Mon-Sat 09:00-18:00; Sun 11:00-17:00`. Pure."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9]))?|24(?::00)?")

Spans = list[list[str]]
"""A day's hours: [["09:00", "12:00"], ["13:00", "18:00"]]."""


class NotHours(ValueError):
    """The message names the part that cannot be read and shows how to write it."""


def week(text: str) -> list[Any]:
    """Seven lists of spans, Monday first. Days that are not named are closed; `closed` is all."""
    days: list[Spans] = [[] for _ in DAYS]
    if text.strip().lower() == "closed":
        return days
    for part in _parts(text):
        names, _, hours = part.partition(" ")
        for day in _days(names):
            days[day] = _in_order(days[day] + _spans(hours), part)
    return days


def holidays(text: str) -> dict[str, Any]:
    """Spans by ISO date. A date alone is closed: `2026-12-25; 2026-12-24 09:00-16:00`."""
    days: dict[str, Any] = {}
    for part in _parts(text):
        name, _, hours = part.partition(" ")
        try:
            day = date.fromisoformat(name).isoformat()
        except ValueError:
            raise NotHours(f"“{name}” is no date: write it as 2026-12-25.") from None
        days[day] = _in_order(_spans(hours), part) if hours else []
    return days


def _parts(text: str) -> list[str]:
    plain = re.sub(r"\s*[-–—]\s*", "-", text)
    plain = re.sub(r"\s*,\s*", ",", plain)
    return [" ".join(part.split()) for part in plain.split(";") if part.strip()]


def _days(names: str) -> list[int]:
    """`Mon`, `Mon-Sat`, `Sat-Mon` or `Mon,Wed` as weekdays, Monday 0."""
    days: list[int] = []
    for name in names.split(","):
        first, _, last = name.partition("-")
        start, end = _day(first), _day(last or first)
        days += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return days


def _day(name: str) -> int:
    if name[:3].lower() not in DAYS:
        raise NotHours(f"“{name}” is no day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun.")
    return DAYS.index(name[:3].lower())


def _spans(hours: str) -> Spans:
    if hours.lower() == "closed":
        return []
    spans = []
    for span in hours.split(","):
        opens, _, closes = span.partition("-")
        spans.append([_clock(opens, span), _clock(closes, span)])
    return spans


def _clock(text: str, span: str) -> str:
    found = CLOCK.fullmatch(text.strip())
    if not found:
        raise NotHours(f"“{span}” are no hours: write them as 09:00-18:00.")
    return f"{int(found[1]):02}:{found[2] or '00'}" if found[1] else "24:00"


def _in_order(spans: Spans, part: str) -> Spans:
    """Sorted. Texts of the form HH:MM sort as times."""
    spans = sorted(spans)
    moments = [moment for span in spans for moment in span]
    if any(earlier >= later for earlier, later in pairwise(moments)):
        raise NotHours(f"“{part}”: opening must come before closing, and hours may not overlap.")
    return spans
