"""A shopper's order: view, cancel and "I'm here", in each status."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from app.core.carts import pricing_facts
from tests.concurrency import at_once, meanwhile, wait_for_a_lock
from tests.drivers.events import record_fee
from tests.drivers.order_statuses import STAGES, cancel, make_order, status
from tests.drivers.refusals import refusal
from tests.drivers.shop import Placed, Shop
from tests.reads.stock import Levels

API = "/api/v1/orders"
OPEN = ("placed", "picking", "ready")


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 800, lds=10)
    return shop


def post(shop: Shop, placed: Placed, verb: str):
    return shop.call("POST", f"{API}/{placed.number}/{verb}", placed.token)


def events(shop: Shop, placed: Placed) -> list[str]:
    found = shop.call("GET", f"{API}/{placed.number}/events?limit=100", placed.token)
    return [one["kind"].removeprefix("order.") for one in found.get_json()["items"]]


@pytest.mark.parametrize("stage", STAGES)
def test_the_pickup_code_is_shown_while_goods_can_be_collected(stocked: Shop, stage: str) -> None:
    placed = make_order(stocked, stage)
    seen = stocked.seen(placed)
    assert seen["status"] == stage
    assert seen["fulfilments"][0]["code"] == (placed.code if stage in OPEN else None)


@pytest.mark.parametrize(
    ("stage", "levels"),
    [("placed", (10, 0, 10)), ("picking", (10, 1, 9)), ("ready", (10, 2, 8))],
)
def test_a_cancelled_order_needs_restocking_only_of_picked_units(
    stocked: Shop, stage: str, levels: tuple[int, int, int]
) -> None:
    placed = make_order(stocked, stage)
    answer = post(stocked, placed, "cancel")
    assert answer.status_code == 200
    seen = answer.get_json()
    assert (seen["status"], seen["cancelled"], seen["amount_due"]) == ("cancelled", 1600, 0)
    assert seen["totals_after_cancellation"] == {"total": 0, "net": 0, "tax": 0}
    assert stocked.levels("MUG") == Levels(*levels)
    assert stocked.reported[-1] == "cancelled"
    assert stocked.tasks() == []
    assert len(stocked.tasks(query="?kind=restock")) == (stage != "placed")
    assert stocked.violations() == {}


@pytest.mark.parametrize("stage", ["collected", "cancelled", "expired"])
def test_an_ended_order_cannot_be_cancelled(stocked: Shop, stage: str) -> None:
    placed = make_order(stocked, stage)
    before = (stocked.seen(placed), events(stocked, placed), stocked.reported)
    answer = post(stocked, placed, "cancel")
    assert refusal(answer) == (409, "invalid_state")
    assert answer.get_json()["errors"]["status"] == stage
    assert (stocked.seen(placed), events(stocked, placed), stocked.reported) == before


@pytest.mark.parametrize("stage", OPEN)
def test_an_arrival_is_recorded_once(stocked: Shop, stage: str) -> None:
    placed = make_order(stocked, stage)
    first = post(stocked, placed, "arrived").get_json()["fulfilments"][0]["arrived_at"]
    stocked.clock.advance(timedelta(minutes=1))
    assert post(stocked, placed, "arrived").get_json()["fulfilments"][0]["arrived_at"] == first
    assert events(stocked, placed).count("arrived") == 1
    assert [task["arrived"] for task in stocked.tasks()] == [True]


@pytest.mark.parametrize("stage", ["collected", "cancelled", "expired"])
def test_an_ended_order_accepts_no_arrival(stocked: Shop, stage: str) -> None:
    assert refusal(post(stocked, make_order(stocked, stage), "arrived")) == (409, "invalid_state")


def test_two_simultaneous_arrivals_are_recorded_once(stocked: Shop) -> None:
    placed = make_order(stocked, "ready")
    with stocked.engine.connect() as holder:
        holder.execute(text("SELECT 1 FROM orders FOR UPDATE"))
        with meanwhile(lambda: at_once(*[lambda: post(stocked, placed, "arrived")] * 2)) as both:
            wait_for_a_lock(stocked.engine, 2)
            holder.rollback()
    assert [answer.status_code for answer in both.result()] == [200, 200]
    assert events(stocked, placed).count("arrived") == 1
    assert len(stocked.tasks()) == 1


def test_an_arrival_during_make_ready_gives_a_hand_over_task(stocked: Shop) -> None:
    """In either order of the two, there is a hand-over task in the end."""
    for _ in range(3):
        placed = make_order(stocked, "placed")
        stocked.pick(placed, {"MUG": 2})
        ready = partial(stocked.staff, "POST", f"fulfilments/{stocked.fulfilment(placed)}/ready")
        with stocked.engine.connect() as holder:
            holder.execute(text("SELECT 1 FROM orders FOR UPDATE"))
            with meanwhile(
                partial(at_once, ready, partial(post, stocked, placed, "arrived"))
            ) as done:
                wait_for_a_lock(stocked.engine, 2)
                holder.rollback()
        assert [answer.status_code for answer in done.result()] == [200, 200]
        (task,) = stocked.tasks()
        assert (task["kind"], task["arrived"]) == ("hand_over", True)
        assert stocked.hand_over(placed, 1600).status_code == 200


def test_the_history_has_all_events_in_order_page_by_page(stocked: Shop) -> None:
    placed = make_order(stocked, "ready")
    post(stocked, placed, "arrived")
    stocked.hand_over(placed, 1600)
    whole = ["placed", "picking", "picked", "ready", "arrived", "collected"]
    assert events(stocked, placed) == whole
    paged: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        url = f"{API}/{placed.number}/events?limit=2{cursor and f'&cursor={cursor}'}"
        page = stocked.call("GET", url, placed.token).get_json()
        paged += [one["kind"].removeprefix("order.") for one in page["items"]]
        cursor = page["next_cursor"]
    assert paged == whole


def test_the_history_has_no_merchant_events_and_its_pages_are_full(stocked: Shop) -> None:
    placed = make_order(stocked, "placed")
    for _ in range(3):
        record_fee(stocked, placed)
    stocked.pick(placed, {"MUG": 2})
    page = stocked.call("GET", f"{API}/{placed.number}/events?limit=2", placed.token).get_json()
    assert [one["kind"] for one in page["items"]] == ["order.placed", "order.picking"]
    assert "payment.fee" not in events(stocked, placed)


def test_the_history_has_no_name_address_code_or_token(stocked: Shop) -> None:
    placed = make_order(stocked, "collected")
    history = stocked.call("GET", f"{API}/{placed.number}/events?limit=100", placed.token)
    reported = history.get_data(as_text=True)
    for secret in ("Ada", "ada@example.com", "496", placed.token):
        assert secret not in reported
    payloads = [str(event.payload) for event in stocked.events() if event.order_id]
    assert payloads
    assert not any(placed.code in payload for payload in payloads)


def test_a_simultaneous_cancellation_and_hand_over_end_in_one_of_the_two(stocked: Shop) -> None:
    for _ in range(3):
        placed = make_order(stocked, "ready")
        statuses = at_once(
            partial(cancel, stocked, placed), partial(status, stocked.hand_over, placed, 1600)
        )
        assert sorted(statuses) == [200, 409]
    assert stocked.violations() == {}


def test_lines_keep_their_figures_in_any_sort_order_of_the_database(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some databases sort by language, `a-1` before `B`; the engine sorts by code points."""
    shop.stock("a-1", 10000, lds=5)
    shop.stock("B", 100, lds=50)
    in_order = pricing_facts.load

    def read(*which: Any) -> Any:
        cart = in_order(*which)
        return cart and replace(cart, lines=cart.lines[::-1])

    monkeypatch.setattr(pricing_facts, "load", read)
    placed = shop.order({"a-1": 1, "B": 10})
    lines = {line["sku"]: (line["quantity"], line["total"]) for line in shop.seen(placed)["lines"]}
    assert lines == {"a-1": (1, 10000), "B": (10, 1000)}
