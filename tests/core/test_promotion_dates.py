"""Dates of promotions are days of the store, and hours can last past midnight."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.pricing.engine.conditions import Conditions, Context
from app.core.pricing.promotions import parse


def conditions(**facts: Any) -> Conditions:
    row: dict[str, Any] = {
        "code": "P", "title": "P", "kind": "percentage", "terms": {"rate": 1000}, "scopes": [{}],
        "conditions": facts, "priority": 1, "exclusive": False, "gift_sku": None,
    }  # fmt: skip
    promotion = parse.parse_promotion(row)
    assert list(parse.problems(promotion)) == []
    return promotion.conditions


def applies(found: Conditions, moment: str, zone: str = "Europe/London") -> bool:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return found.are_met(Context(at=at, zone=zone))


@pytest.mark.parametrize("day", ["2026-11-30", "20261130", "2026-W49-1"])
@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-29T23:59:59", False), ("2026-11-30T00:00", True), ("2026-11-30T12:00", True),
        ("2026-11-30T23:59:59.999999", True), ("2026-12-01T00:00", False),
    ],
)  # fmt: skip
def test_a_date_without_a_time_is_the_whole_day(day: str, moment: str, there: bool) -> None:
    assert applies(conditions(starts=day, ends=day), moment) is there


def test_the_last_day_ends_by_the_clock_of_the_store() -> None:
    found = conditions(ends="2026-11-30")
    assert applies(found, "2026-12-01T07:59", "America/Los_Angeles")
    assert not applies(found, "2026-11-30T11:00", "Pacific/Auckland")


def test_a_date_with_a_time_ends_at_that_time() -> None:
    assert not applies(conditions(ends="2026-11-30T00:00"), "2026-11-30T00:00")
    assert not applies(conditions(ends="2026-11-30T18:00"), "2026-11-30T18:00")


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2026-11-27T21:59", False), ("2026-11-27T22:00", True), ("2026-11-28T01:59", True),
        ("2026-11-28T02:00", False), ("2026-11-28T22:00", False), ("2026-11-27T01:00", False),
    ],
)  # fmt: skip
def test_hours_past_midnight_belong_to_the_day_on_which_they_begin(
    moment: str, there: bool
) -> None:
    friday_night = [{"days": [4], "since": "22:00", "until": "02:00"}]
    assert applies(conditions(hours=friday_night), moment) is there


def test_24_00_is_the_end_of_the_day() -> None:
    for until in ("24:00", "00:00"):
        found = conditions(hours=[{"days": [4], "since": "00:00", "until": until}])
        assert applies(found, "2026-11-27T23:59:59")
        assert applies(found, "2026-11-27T00:00")
        assert not applies(found, "2026-11-28T00:00")


def test_hours_without_a_length_are_refused() -> None:
    with pytest.raises(ValueError, match="before they end"):
        conditions(hours=[{"days": [4], "since": "18:00", "until": "18:00"}])
