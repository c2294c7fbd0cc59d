"""Picking: in parts, short, found later; and the amount due afterwards."""

from functools import partial
from typing import Any

import pytest

from app.core import money
from tests.concurrency import at_once
from tests.drivers.order_statuses import cancel, make_order, status
from tests.drivers.refusals import refusal, wrong_fields
from tests.drivers.shop import Placed, Shop
from tests.reads.stock import Levels


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 999, lds=10)
    shop.stock("LAMP", 2400, lds=10)
    return shop


def send(shop: Shop, placed: Placed, *lines: tuple[str, int], short: Any = ()):
    body = {
        "lines": [{"sku": sku, "quantity": units} for sku, units in lines],
        "short": [{"sku": s, "quantity": n, "reason": why} for s, n, why in short],
    }
    return shop.staff("POST", f"fulfilments/{shop.fulfilment(placed)}/picks", body)


def lines(shop: Shop, placed: Placed) -> dict[str, tuple[int, int]]:
    """Return (units left, picked) by SKU, from the store's list."""
    (task,) = [task for task in shop.tasks() if task["number"] == placed.number]
    return {line["sku"]: (line["quantity"], line["picked"]) for line in task["lines"]}


def test_an_order_is_picked_in_several_calls(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 5, "LAMP": 1})
    for part, picked in ((("MUG", 2), 2), (("MUG", 1), 3), (("LAMP", 1), 3), (("MUG", 2), 5)):
        assert send(stocked, placed, part).get_json()["status"] == "picking"
        assert lines(stocked, placed)["MUG"] == (5, picked)
    assert stocked.make_ready(placed).get_json()["status"] == "ready"
    assert stocked.levels("MUG") == Levels(10, 5, 5)


def test_scans_of_an_item_in_two_lines_add_up(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 3})
    send(stocked, placed, ("MUG", 1), ("MUG", 2))
    assert lines(stocked, placed) == {"MUG": (3, 3)}


@pytest.mark.parametrize(
    ("picked", "short"),
    [
        ([("MUG", 4)], []),
        ([("MUG", 2), ("MUG", 2)], []),
        ([("MUG", 2)], [("MUG", 2, "gone")]),
        ([], [("MUG", 3, "gone"), ("MUG", 1, "broken")]),
        ([("NO-SUCH", 1)], []),
        ([("LAMP", 1), ("MUG", 1)], []),
        ([("MUG", 1)], [("NO-SUCH", 1, "gone")]),
    ],
    ids=str,
)
def test_too_many_or_unknown_units_refuse_the_whole_call(
    stocked: Shop, picked: Any, short: Any
) -> None:
    placed = stocked.order({"MUG": 3})
    assert wrong_fields(send(stocked, placed, *picked, short=short)) == {"lines"}
    assert stocked.seen(placed)["status"] == "placed"
    assert lines(stocked, placed) == {"MUG": (3, 0)}
    assert stocked.levels("MUG") == Levels(10, 3, 7)


def test_a_picked_unit_is_not_picked_again(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 2})
    send(stocked, placed, ("MUG", 2))
    assert wrong_fields(send(stocked, placed, ("MUG", 1))) == {"lines"}


def test_a_picked_unit_cannot_be_short(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 2})
    send(stocked, placed, ("MUG", 2))
    assert wrong_fields(send(stocked, placed, short=[("MUG", 1, "gone")])) == {"lines"}


@pytest.mark.parametrize("dropped", [(1, 1, 1), (2, 1), (1, 2), (3,)], ids=str)
def test_the_amount_due_falls_by_frozen_shares_in_any_order_of_cancellation(
    stocked: Shop, dropped: tuple[int, ...]
) -> None:
    stocked.stock("SET", 1001, lds=3)
    placed = stocked.order({"SET": 3, "MUG": 1})
    stocked.set_price("SET", 5)
    left = 3
    for units in dropped:
        body = send(stocked, placed, short=[("SET", units, "gone")]).get_json()
        left -= units
        assert body["amount_due"] == money.share_of_first(3003, 3, left) + 999
        assert body["totals_after_cancellation"]["tax"] == money.share_of_first(501, 3, left) + 167
    assert stocked.violations() == {}


def test_units_short_for_two_reasons_in_one_call_are_all_recorded(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 4})
    short = [("MUG", 1, "broken"), ("MUG", 2, "not on the shelf")]
    assert send(stocked, placed, ("MUG", 1), short=short).get_json()["amount_due"] == 999
    assert stocked.levels("MUG") == Levels(7, 1, 6)
    moved = [(str(one.reason), one.quantity) for one in stocked.stock_movements("short_pick")]
    assert sorted(moved) == [("broken", -1), ("not on the shelf", -2)]
    payload = stocked.event("order.items_unavailable").payload
    assert payload == {"lines": {"MUG": 3}, "cancelled_before": 0, "cancelled": 2997}
    assert len(stocked.staff("GET", "counts").get_json()["items"]) == 1
    assert stocked.violations() == {}


def test_units_lost_to_a_count_and_short_for_two_reasons_leave_the_stock_once(
    stocked: Shop,
) -> None:
    placed = stocked.order({"MUG": 3})
    stocked.staff("POST", "counts", {"lines": [{"sku": "MUG", "quantity": 1}]})
    short = [("MUG", 1, "broken"), ("MUG", 1, "gone")]
    answer = send(stocked, placed, short=short)
    assert answer.status_code == 200, answer.get_json()
    assert stocked.levels("MUG") == Levels(0, 0, 0)
    assert stocked.violations() == {}


def test_an_order_without_any_available_unit_is_cancelled(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 2, "LAMP": 1})
    send(stocked, placed, short=[("MUG", 2, "gone")])
    answer = send(stocked, placed, short=[("LAMP", 1, "gone")])
    assert (answer.get_json()["status"], answer.get_json()["amount_due"]) == ("cancelled", 0)
    assert stocked.reported == ["placed", "items_unavailable", "nothing_available"]
    assert stocked.tasks() == []
    assert stocked.tasks(query="?kind=restock") == []
    assert stocked.levels("MUG") == Levels(8, 0, 8)
    assert stocked.violations() == {}


def test_the_rest_after_a_short_pick_is_made_ready_and_paid(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 3})
    assert send(stocked, placed, ("MUG", 2), short=[("MUG", 1, "gone")]).status_code == 200
    assert stocked.make_ready(placed).status_code == 200
    assert stocked.hand_over(placed, 1998).status_code == 200
    assert stocked.levels("MUG") == Levels(7, 0, 7)
    assert stocked.violations() == {}


def test_an_order_is_not_ready_before_everything_is_picked_or_short(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 2, "LAMP": 1})
    send(stocked, placed, ("MUG", 1))
    ready = f"fulfilments/{stocked.fulfilment(placed)}/ready"
    answer = stocked.staff("POST", ready)
    assert refusal(answer) == (409, "not_picked")
    assert answer.get_json()["errors"]["left"] == {"MUG": 1, "LAMP": 1}
    assert stocked.reported == ["placed"]


@pytest.mark.parametrize("stage", ["ready", "collected", "cancelled", "expired"])
@pytest.mark.parametrize("verb", ["picks", "ready"])
def test_an_order_past_picking_cannot_be_picked_or_made_ready(
    stocked: Shop, stage: str, verb: str
) -> None:
    placed = make_order(stocked, stage)
    body: Any = {"lines": [], "short": []} if verb == "picks" else None
    answer = stocked.staff("POST", f"fulfilments/{stocked.fulfilment(placed)}/{verb}", body)
    assert refusal(answer) == (409, "invalid_state")
    assert answer.get_json()["errors"]["status"] == stage
    assert stocked.seen(placed)["status"] == stage
    assert stocked.violations() == {}


def test_two_simultaneous_picks_pick_each_unit_once(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 3, "LAMP": 1})
    picks = at_once(*[partial(status, send, stocked, placed, ("MUG", 2))] * 3)
    assert sorted(picks) == [200, 422, 422]
    assert lines(stocked, placed)["MUG"] == (3, 2)
    assert stocked.violations() == {}


def test_a_simultaneous_pick_and_cancellation_leave_a_consistent_restock(stocked: Shop) -> None:
    for _ in range(3):
        placed = stocked.order({"MUG": 2})
        picked, cancelled = at_once(
            partial(status, send, stocked, placed, ("MUG", 1)), partial(cancel, stocked, placed)
        )
        assert cancelled == 200
        assert picked in (200, 409)
        assert len(stocked.tasks(query="?kind=restock")) == (picked == 200)
        stocked.staff("POST", f"fulfilments/{stocked.fulfilment(placed)}/restock")
    assert stocked.levels("MUG") == Levels(10, 0, 10)
    assert stocked.violations() == {}


@pytest.mark.parametrize("reason", ["", "  ", "bro\x07ken", "x" * 201, None, 1])
def test_a_short_line_has_a_reason(stocked: Shop, reason: Any) -> None:
    placed = stocked.order({"MUG": 2})
    assert wrong_fields(send(stocked, placed, short=[("MUG", 1, reason)])) == {"short"}


@pytest.mark.parametrize("units", [0, -1, 100_001, "1", 1.5, True])
def test_a_picked_quantity_is_a_whole_number_from_1(stocked: Shop, units: Any) -> None:
    placed = stocked.order({"MUG": 2})
    assert wrong_fields(send(stocked, placed, ("MUG", units))) == {"lines"}
