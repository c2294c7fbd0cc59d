import pytest

from app.core.catalogue.import_locations import DEFAULT_HOURS
from app.core.catalogue.import_outcome import Tally
from tests.drivers.imports import Merchant, a_location, reported

SUNDAYS_TOO = [[["10:00", "16:00"]]] * 7


@pytest.fixture
def merchant(engine, clock, tmp_path):
    return Merchant(engine, clock, tmp_path)


def test_a_new_location_gets_the_defaults(merchant):
    outcome = merchant.locations(
        a_location("lds", "Leeds"), a_location("dc", "Depot", kind="warehouse")
    )

    assert outcome.counts == {"locations": Tally(created=2)}
    depot, leeds = merchant.location_records()
    for location in (depot, leeds):
        assert (location.hours, location.timezone) == (DEFAULT_HOURS, "Europe/London")
        assert location.country == "GB"
        assert location.preparation_minutes == 120
        assert (location.collect_days, location.reminder_days) == (5, 3)
    assert (depot.name, depot.offers_pickup) == ("Depot", False)
    assert (leeds.name, leeds.offers_pickup) == ("Leeds", True)


def test_a_repeated_import_changes_and_records_nothing(merchant):
    merchant.locations(a_location("lds", "Leeds", hours=SUNDAYS_TOO, holidays={"2026-12-25": []}))
    outcome = merchant.locations(
        a_location("lds", "Leeds", hours=SUNDAYS_TOO, holidays={"2026-12-25": []})
    )

    assert outcome.counts == {"locations": Tally(unchanged=1)}
    assert merchant.payloads() == [{"created": 1, "changed": 0}]


def test_a_list_without_hours_keeps_the_merchants_hours(merchant):
    merchant.locations(a_location("lds", "Leeds"))
    merchant.change("UPDATE locations SET hours = '[[],[],[],[],[],[],[]]', offers_pickup = false")
    outcome = merchant.locations(a_location("lds", "Leeds Briggate"))

    assert outcome.counts == {"locations": Tally(changed=1)}
    (location,) = merchant.location_records()
    assert (location.name, location.hours) == ("Leeds Briggate", [[]] * 7)
    assert location.offers_pickup is False


def test_the_name_of_another_location_is_refused(merchant):
    merchant.locations(a_location("lds", "Leeds"))
    outcome = merchant.locations(a_location("lee", "Leeds", line=4))

    assert reported(outcome.refused) == [(4, "name", "Leeds")]


def test_a_reminder_after_the_end_of_collection_is_refused(merchant):
    outcome = merchant.locations(
        a_location("lds", reminder_days=6), a_location("yrk", collect_days=2)
    )

    assert reported(outcome.refused) == [(2, "reminder_days", "6"), (2, "reminder_days", "3")]
    assert merchant.location_records() == []
