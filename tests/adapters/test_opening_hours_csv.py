import pytest

from app.adapters.opening_hours_csv import InvalidHours, parse_holidays, parse_week

NINE_TO_SIX = ["09:00", "18:00"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon-Sat 09:00-18:00", [[NINE_TO_SIX]] * 6 + [[]]),
        ("Mon-Sat 9-18; Sun 11:00-17:00", [[NINE_TO_SIX]] * 6 + [[["11:00", "17:00"]]]),
        ("monday – saturday 9:00 – 18:00", [[NINE_TO_SIX]] * 6 + [[]]),
        ("Sat-Mon 9-18", [[NINE_TO_SIX], [], [], [], [], [NINE_TO_SIX], [NINE_TO_SIX]]),
        ("Tue, Thu 9-18", [[], [NINE_TO_SIX], [], [NINE_TO_SIX], [], [], []]),
        ("Mon 9-12, 13-18", [[["09:00", "12:00"], ["13:00", "18:00"]]] + [[]] * 6),
        ("Mon 13-18; Mon 9-12", [[["09:00", "12:00"], ["13:00", "18:00"]]] + [[]] * 6),
        ("Fri 18:00-02:00", [[]] * 4 + [[["18:00", "02:00"]], [], []]),
        (
            "Fri 12-14, 18-2; Sat 10-18",
            [[]] * 4 + [[["12:00", "14:00"], ["18:00", "02:00"]], [["10:00", "18:00"]], []],
        ),
        ("Mon-Sun 22-6", [[["22:00", "06:00"]]] * 7),
        ("Sun 18-2; Mon 2-4", [[["02:00", "04:00"]]] + [[]] * 5 + [[["18:00", "02:00"]]]),
        ("Mon 18-00:00", [[["18:00", "24:00"]]] + [[]] * 6),
        ("Mon 0-24", [[["00:00", "24:00"]]] + [[]] * 6),
        ("Mon closed; Tue 9-18", [[], [NINE_TO_SIX], [], [], [], [], []]),
        ("closed", [[]] * 7),
    ],
)
def test_a_week_is_read_in_common_notations(text, days):
    assert parse_week(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "Mon",
        "Mon 9",
        "Foo 9-18",
        "9-18",
        "Mon 18-9",
        "Mon 18-2,20-22",
        "Fri 18-3; Sat 2-10",
        "Sun 18-3; Mon 2-10",
        "Mon 9-9",
        "Mon 9-12,11-15",
        "Mon 25-26",
        "Mon 9-18h",
        "Mon-Foo 9-18",
    ],
)
def test_an_invalid_week_is_refused(text):
    with pytest.raises(InvalidHours):
        parse_week(text)


def test_holidays_are_closed_or_have_hours_of_their_own():
    assert parse_holidays("2026-12-31 18:00-04:00") == {"2026-12-31": [["18:00", "04:00"]]}
    assert parse_holidays("2026-12-25; 2026-12-24 09:00-16:00;2027-01-01 closed") == {
        "2026-12-25": [], "2026-12-24": [["09:00", "16:00"]], "2027-01-01": []
    }  # fmt: skip


@pytest.mark.parametrize("text", ["25.12.2026", "2026-13-01", "Christmas", "2026-12-24 16-9"])
def test_an_invalid_holiday_is_refused(text):
    with pytest.raises(InvalidHours):
        parse_holidays(text)
