"""Parses opening hours as people write them in a list: `Mon-Sat 09:00-18:00; Sun 11:00-17:00`. Pure."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = re.compile(r"([01]?[0-9]|2[0-3])(?::([0-5][0-9]))?|24(?::00)?")

LATEST_NIGHT = "08:00"
"""When hours past midnight end at the latest."""

Spans = list[list[str]]
"""A day's hours: [["09:00", "12:00"], ["13:00", "18:00"]]."""


class InvalidHours(ValueError):
    """Opening hours that cannot be read. The message names the part and shows how to write it."""


def parse_week(text: str) -> list[Any]:
    """Return seven lists of spans, Monday first. Days without a name are closed; `closed` closes all."""
    days: list[Spans] = [[] for _ in DAYS]
    if text.strip().lower() == "closed":
        return days
    for part in _parts(text):
        names, _, hours = part.partition(" ")
        for day in _days(names):
            days[day] = _sorted_spans(days[day] + _spans(hours), part)
    for day, spans in enumerate(days):
        following = days[(day + 1) % 7]
        if spans and following and spans[-1][1] <= spans[-1][0] and spans[-1][1] > following[0][0]:
            raise InvalidHours(
                f"The hours of {DAYS[day].capitalize()} last until {spans[-1][1]}, after the next day's begin."
            )
    return days


def parse_holidays(text: str) -> dict[str, Any]:
    """Return spans by ISO date. A date alone is closed: `2026-12-25; 2026-12-24 09:00-16:00`."""
    days: dict[str, Any] = {}
    for part in _parts(text):
        name, _, hours = part.partition(" ")
        try:
            day = date.fromisoformat(name).isoformat()
        except ValueError:
            raise InvalidHours(f"“{name}” is not a date. Write it as 2026-12-25.") from None
        days[day] = _sorted_spans(_spans(hours), part) if hours else []
    return days


def _parts(text: str) -> list[str]:
    plain = re.sub(r"\s*[-–—]\s*", "-", text)
    plain = re.sub(r"\s*,\s*", ",", plain)
    return [" ".join(part.split()) for part in plain.split(";") if part.strip()]


def _days(names: str) -> list[int]:
    """Return `Mon`, `Mon-Sat`, `Sat-Mon` or `Mon,Wed` as weekdays, Monday 0."""
    days: list[int] = []
    for name in names.split(","):
        first, _, last = name.partition("-")
        start, end = _day(first), _day(last or first)
        days += [(start + step) % 7 for step in range((end - start) % 7 + 1)]
    return days


def _day(name: str) -> int:
    if name[:3].lower() not in DAYS:
        raise InvalidHours(f"“{name}” is not a day. Write Mon, Tue, Wed, Thu, Fri, Sat or Sun.")
    return DAYS.index(name[:3].lower())


def _spans(hours: str) -> Spans:
    if hours.lower() == "closed":
        return []
    spans = []
    for span in hours.split(","):
        opens, _, closes = span.partition("-")
        end = _time(closes, span)
        spans.append([_time(opens, span), "24:00" if end == "00:00" else end])
    return spans


def _time(text: str, span: str) -> str:
    found = TIME.fullmatch(text.strip())
    if not found:
        raise InvalidHours(f"“{span}” are not hours. Write them as 09:00-18:00.")
    return f"{int(found[1]):02}:{found[2] or '00'}" if found[1] else "24:00"


def _sorted_spans(spans: Spans, part: str) -> Spans:
    """Return the spans sorted and check that they do not overlap. Texts of the form HH:MM sort as times.

    The last one may end after midnight, until LATEST_NIGHT: `Fri 18:00-02:00`. A later end is a typing error.
    """
    spans = sorted(spans)
    moments = [moment for span in spans for moment in span]
    if spans and spans[-1][1] <= LATEST_NIGHT and spans[-1][1] < spans[0][0]:
        moments.pop()
    if any(earlier >= later for earlier, later in pairwise(moments)):
        raise InvalidHours(f"“{part}”: opening must be before closing, and hours must not overlap.")
    return spans
