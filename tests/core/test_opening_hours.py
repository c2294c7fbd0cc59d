"""The pickup promise follows the store's opening hours, by its own clock, also when the clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.catalogue.opening_hours import NeverOpen, OpeningHours

SHOP_WEEK: list[Any] = [[["09:00", "18:00"]]] * 6 + [[]]
ROUND_THE_CLOCK: list[Any] = [[["00:00", "24:00"]]] * 7
NEVER: list[Any] = [[]] * 7


def hours(
    week: list[Any] = SHOP_WEEK,
    holidays: dict[str, Any] | None = None,
    timezone: str = "Europe/London",
) -> OpeningHours:
    return OpeningHours(timezone, week, holidays or {})


def at(day: str, clock: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("begun", "minutes", "ready"),
    [
        (("2026-11-24", "12:00"), 120, ("2026-11-24", "14:00")),
        (("2026-11-24", "07:00"), 120, ("2026-11-24", "11:00")),  # before opening
        (("2026-11-24", "16:00"), 120, ("2026-11-24", "18:00")),  # to the minute of closing
        (("2026-11-24", "16:01"), 120, ("2026-11-25", "09:01")),  # the rest on the next morning
        (("2026-11-24", "17:00"), 120, ("2026-11-25", "10:00")),
        (("2026-11-24", "18:00"), 120, ("2026-11-25", "11:00")),  # closed a moment ago
        (("2026-11-24", "23:59"), 120, ("2026-11-25", "11:00")),
        (("2026-11-28", "17:30"), 60, ("2026-11-30", "09:30")),  # Saturday evening, over Sunday
        (("2026-11-29", "12:00"), 60, ("2026-11-30", "10:00")),  # Sunday
        (("2026-11-24", "12:00"), 9 * 60 + 1, ("2026-11-25", "12:01")),  # more than a day's work
        (("2026-11-24", "12:00"), 0, ("2026-11-24", "12:00")),
        (("2026-11-24", "18:00"), 0, ("2026-11-25", "09:00")),  # no work, but the store is closed
    ],
)
def test_work_is_done_only_in_opening_hours(
    begun: tuple[str, str], minutes: int, ready: tuple[str, str]
) -> None:
    assert hours().ready_by(at(*begun), minutes) == at(*ready)


def test_a_half_day_and_a_lunch_break_are_respected() -> None:
    week = [[["09:00", "12:30"], ["14:00", "18:00"]]] * 5 + [[["10:00", "13:00"]], []]
    assert hours(week).ready_by(at("2026-11-24", "12:00"), 60) == at("2026-11-24", "14:30")
    assert hours(week).ready_by(at("2026-11-27", "17:30"), 60) == at("2026-11-28", "10:30")
    assert hours(week).closing_after(at("2026-11-24", "12:00"), 4) == at("2026-11-28", "13:00")


def test_a_holiday_has_hours_of_its_own() -> None:
    christmas = {"2026-12-24": [["09:00", "13:00"]], "2026-12-25": [], "2026-12-26": []}
    open_at = hours(holidays=christmas)
    assert open_at.ready_by(at("2026-12-24", "12:00"), 120) == at("2026-12-28", "10:00")
    assert open_at.closing_after(at("2026-12-20", "12:00"), 4) == at("2026-12-24", "13:00")
    assert open_at.closing_after(at("2026-12-20", "12:00"), 5) == at("2026-12-28", "18:00")


def test_a_single_sunday_can_be_open() -> None:
    advent = hours(holidays={"2026-12-20": [["11:00", "17:00"]]})
    assert advent.ready_by(at("2026-12-19", "17:30"), 60) == at("2026-12-20", "11:30")


def test_goods_are_kept_until_closing_time_of_the_day_or_of_the_next_open_day() -> None:
    assert hours().closing_after(at("2026-11-24", "14:00"), 5) == at("2026-11-30", "18:00")
    assert hours().closing_after(at("2026-11-24", "14:00"), 3) == at("2026-11-27", "18:00")


def test_days_are_those_of_the_stores_time_zone() -> None:
    auckland = hours(timezone="Pacific/Auckland")
    late_on_monday_in_london = at("2026-11-23", "22:00")  # Tuesday 11:00 in Auckland
    assert auckland.ready_by(late_on_monday_in_london, 60) == at("2026-11-23", "23:00")
    assert auckland.closing_after(late_on_monday_in_london, 1) == at("2026-11-25", "05:00")


@pytest.mark.parametrize(
    ("before", "opens", "length"),
    [
        (("2026-03-28", "18:30"), ("2026-03-29", "08:00"), 9),  # spring: nine is eight in UTC
        (("2026-10-24", "17:30"), ("2026-10-25", "09:00"), 9),  # autumn: nine is nine again
    ],
)
def test_opening_times_follow_local_time_when_the_clocks_change(
    before: tuple[str, str], opens: tuple[str, str], length: int
) -> None:
    every_day = hours([[["09:00", "18:00"]]] * 7)
    assert every_day.ready_by(at(*before), 0) == at(*opens)
    assert every_day.ready_by(at(*before), length * 60) == at(*opens) + timedelta(hours=length)


def test_work_through_the_night_of_the_change_takes_its_real_minutes() -> None:
    """Two hours from 00:30 local time end at 03:30 in spring and at 01:30 in autumn."""
    open_at = hours(ROUND_THE_CLOCK)
    assert open_at.ready_by(at("2026-03-29", "00:30"), 120) == at("2026-03-29", "02:30")
    assert open_at.ready_by(at("2026-10-24", "23:30"), 120) == at("2026-10-25", "01:30")


def test_the_day_of_the_change_has_23_or_25_hours() -> None:
    for day, length in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-24", 24)):
        ((opens, closes),) = hours(ROUND_THE_CLOCK).spans_on(datetime.fromisoformat(day).date())
        assert closes - opens == timedelta(hours=length)


def test_24_00_is_the_end_of_the_day_and_work_continues_past_it() -> None:
    open_at = hours(ROUND_THE_CLOCK)
    assert open_at.ready_by(at("2026-11-24", "23:30"), 60) == at("2026-11-25", "00:30")
    assert open_at.closing_after(at("2026-11-24", "12:00"), 1) == at("2026-11-26", "00:00")


NIGHTS: list[Any] = [[]] * 4 + [[["18:00", "02:00"]]] * 2 + [[]]
"""Friday and Saturday night."""


@pytest.mark.parametrize(
    ("begun", "minutes", "ready"),
    [
        (("2026-11-27", "23:30"), 60, ("2026-11-28", "00:30")),
        (("2026-11-28", "01:00"), 30, ("2026-11-28", "01:30")),  # Saturday, in Friday's hours
        (("2026-11-28", "01:30"), 60, ("2026-11-28", "18:30")),
        (("2026-11-29", "01:59"), 1, ("2026-11-29", "02:00")),  # Sunday, in Saturday's hours
        (("2026-11-29", "02:00"), 0, ("2026-12-04", "18:00")),
    ],
)
def test_hours_past_midnight_belong_to_the_day_on_which_they_begin(
    begun: tuple[str, str], minutes: int, ready: tuple[str, str]
) -> None:
    assert hours(NIGHTS).ready_by(at(*begun), minutes) == at(*ready)


def test_hours_past_midnight_end_by_the_clock_on_the_wall() -> None:
    assert hours(NIGHTS).closing_after(at("2026-11-26", "12:00"), 1) == at("2026-11-28", "02:00")
    # 29 March 2026: at 01:00 it becomes 02:00, so the night is one hour shorter.
    [(opens, closes)] = hours(NIGHTS).spans_on(datetime(2026, 3, 28).date())  # noqa: DTZ001
    assert closes - opens == timedelta(hours=7)


def test_a_night_that_reaches_into_a_holiday_is_worked_once() -> None:
    open_at = hours(NIGHTS, {"2026-11-28": [["00:00", "04:00"]]})
    assert open_at.ready_by(at("2026-11-27", "23:00"), 240) == at("2026-11-28", "03:00")


def test_a_store_that_never_opens_gives_no_promise() -> None:
    with pytest.raises(NeverOpen, match="no opening hours"):
        hours(NEVER).ready_by(at("2026-11-24", "12:00"), 1)
    with pytest.raises(NeverOpen, match="no opening hours"):
        hours(NEVER).closing_after(at("2026-11-24", "12:00"), 5)


def test_work_that_no_opening_hours_can_hold_is_not_promised() -> None:
    with pytest.raises(NeverOpen):
        hours([[["09:00", "09:01"]], *NEVER[1:]]).ready_by(at("2026-11-24", "12:00"), 60)


spans = st.lists(st.integers(0, 24 * 4), min_size=0, max_size=4, unique=True).map(
    lambda quarters: [
        [_clock(opens), _clock(closes)]
        for opens, closes in zip(sorted(quarters)[::2], sorted(quarters)[1::2], strict=False)
    ]
)


def _length(opens: str, closes: str) -> int:
    """Return the minutes from `opens` to `closes`, both "HH:MM"."""
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (opens, closes))
    return end - start


def _clock(quarters: int) -> str:
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"


@given(
    st.lists(spans, min_size=7, max_size=7),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - made UTC below
    st.integers(0, 3000),
)
def test_ready_by_is_in_opening_hours_and_leaves_enough_of_them_before_it(
    week: list[Any], naive: datetime, minutes: int
) -> None:
    open_at, begun = hours(week), naive.replace(tzinfo=UTC)
    if not any(week):
        with pytest.raises(NeverOpen):
            open_at.ready_by(begun, minutes)
        return
    # 400 days have at least 56 whole weeks of opening hours.
    assume(minutes <= 56 * sum(_length(*span) for day in week for span in day))
    ready = open_at.ready_by(begun, minutes)
    days = [begun.date() + timedelta(days=ahead) for ahead in range(-1, (ready - begun).days + 3)]
    all_spans = [span for day in days for span in open_at.spans_on(day)]
    assert any(opens <= ready <= closes for opens, closes in all_spans)
    worked = [min(closes, ready) - max(opens, begun) for opens, closes in all_spans]
    assert sum((max(part, timedelta()) for part in worked), timedelta()) == timedelta(
        minutes=minutes
    )
