"""Who collects in a shopper's stead is a person too: who of the staff saw the name is written down."""

import pytest

from tests import people, workers
from tests.core.test_statement_budgets import statements
from tests.shop import Shop

PROXY = {"name": "Charles Babbage"}
SEEN = """
    SELECT customer_id::text, actor_role, payload ->> 'what', payload ->> 'order_id' FROM events
    WHERE kind = 'customer.viewed' AND actor_kind = 'staff'
"""


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 800, lds=50)
    return shop


def look(shop: Shop, number: str, token: str) -> str | None:
    answer = workers.work(shop, "GET", f"orders/{number}", token)
    assert answer.status_code == 200, answer.get_json()
    name: str | None = answer.get_json()["pickup"]["proxy"]
    return name


def test_that_staff_saw_who_collects_is_an_event_of_the_shoppers(stocked: Shop) -> None:
    ada, clerk = people.add(stocked), workers.at_work(stocked, "7", "cashier")
    number = people.order_of(stocked, ada, {"MUG": 1}, proxy=PROXY).number
    assert look(stocked, number, clerk) == PROXY["name"]
    ((order_id,),) = stocked.rows("SELECT id::text FROM orders")
    assert stocked.rows(SEEN) == [(ada, "cashier", "proxy", order_id)]
    assert PROXY["name"] not in str(stocked.rows("SELECT payload::text FROM events"))


def test_of_a_guests_order_it_is_written_down_too(stocked: Shop) -> None:
    number = stocked.order({"MUG": 1}, proxy=PROXY).number
    look(stocked, number, workers.at_work(stocked, "7", "cashier"))
    ((customer, _, what, _),) = stocked.rows(SEEN)
    assert (customer, what) == (None, "proxy")
    assert stocked.violations() == {}


def test_the_orders_own_history_tells_nothing_of_it(stocked: Shop) -> None:
    """A live page that hears of an event asks for the order again: it would never end."""
    number = stocked.order({"MUG": 1}, proxy=PROXY).number
    before = stocked.rows("SELECT count(*) FROM events WHERE order_id IS NOT NULL")
    look(stocked, number, workers.at_work(stocked, "7", "cashier"))
    assert stocked.rows("SELECT count(*) FROM events WHERE order_id IS NOT NULL") == before


def test_an_order_without_one_is_seen_without_a_trace_and_a_statement_more(stocked: Shop) -> None:
    number = stocked.order({"MUG": 1}).number
    before = stocked.rows("SELECT count(*) FROM events")
    with statements(stocked.engine) as seen:
        assert stocked.staff("GET", f"orders/{number}").status_code == 200
    assert len(seen) == 2, seen
    assert stocked.rows("SELECT count(*) FROM events") == before
