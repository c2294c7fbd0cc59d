"""The pickup person is a person too: each view of the name by staff is recorded."""

import pytest

from tests.core.test_statement_budgets import statements
from tests.drivers import customers, staff
from tests.drivers.shop import Shop
from tests.reads.events import Event

PROXY = {"name": "Charles Babbage"}


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 800, lds=50)
    return shop


def view(shop: Shop, number: str, token: str) -> str | None:
    answer = staff.work(shop, "GET", f"orders/{number}", token)
    assert answer.status_code == 200, answer.get_json()
    name: str | None = answer.get_json()["fulfilments"][0]["pickup_person"]
    return name


def seen_by_staff(shop: Shop) -> Event:
    (event,) = [one for one in shop.events("customer.viewed") if one.actor_kind == "staff"]
    return event


def of_orders(shop: Shop) -> int:
    return len([event for event in shop.events() if event.order_id])


def test_a_view_of_the_pickup_person_is_an_event_of_the_customer(stocked: Shop) -> None:
    ada, clerk = customers.add(stocked), staff.at_work(stocked, "7", "cashier")
    number = customers.order_of(stocked, ada, {"MUG": 1}, pickup_person=PROXY).number
    assert view(stocked, number, clerk) == PROXY["name"]
    event = seen_by_staff(stocked)
    assert (str(event.customer_id), event.actor_role) == (ada, "cashier")
    assert event.payload["what"] == "pickup_person"
    assert event.payload["order_id"] == str(stocked.order_id(number))
    assert PROXY["name"] not in str(stocked.payloads())


def test_a_view_is_recorded_for_a_guests_order_too(stocked: Shop) -> None:
    number = stocked.order({"MUG": 1}, pickup_person=PROXY).number
    view(stocked, number, staff.at_work(stocked, "7", "cashier"))
    event = seen_by_staff(stocked)
    assert (event.customer_id, event.payload["what"]) == (None, "pickup_person")
    assert stocked.violations() == {}


def test_the_orders_own_history_does_not_have_the_view(stocked: Shop) -> None:
    """A live page that gets an event requests the order again: it would never end."""
    number = stocked.order({"MUG": 1}, pickup_person=PROXY).number
    before = of_orders(stocked)
    view(stocked, number, staff.at_work(stocked, "7", "cashier"))
    assert of_orders(stocked) == before


def test_an_order_without_a_pickup_person_is_read_without_an_event_or_extra_statement(
    stocked: Shop,
) -> None:
    number = stocked.order({"MUG": 1}).number
    before = stocked.count("events")
    with statements(stocked.engine) as seen:
        assert stocked.staff("GET", f"orders/{number}").status_code == 200
    assert len(seen) == 2, seen
    assert stocked.count("events") == before
