"""The tasks of a store: hand over, pick, restock, count, and their order."""

from datetime import timedelta

import pytest

from app.channels.http.paging import encode
from tests.drivers.order_statuses import cancel, expire, make_order
from tests.drivers.refusals import refusal, wrong_fields
from tests.drivers.shop import YORK, Shop

NOBODY = "01a20122-2610-7699-8ea7-ac71676e87f0"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 800, lds=50, yrk=50)
    shop.stock("LAMP", 2400, lds=50)
    return shop


def test_a_pick_task_lists_units_with_titles_and_barcodes(stocked: Shop) -> None:
    stocked.change("UPDATE variants SET barcode = '5012345678900' WHERE sku = 'LAMP'")
    placed = stocked.order({"MUG": 2, "LAMP": 1})
    stocked.pick(placed, {"MUG": 1})
    (task,) = stocked.tasks()
    assert (task["kind"], task["number"], task["status"]) == ("pick", placed.number, "picking")
    assert task["promised_at"] == placed.body["fulfilments"][0]["ready_by"]
    assert task["lines"] == [
        {
            "sku": "LAMP",
            "barcode": "5012345678900",
            "title": "The LAMP",
            "quantity": 1,
            "picked": 0,
        },
        {"sku": "MUG", "barcode": None, "title": "The MUG", "quantity": 2, "picked": 1},
    ]


def test_a_store_sees_its_own_tasks_only(stocked: Shop) -> None:
    leeds, york = stocked.order({"MUG": 1}), stocked.order({"MUG": 1}, YORK)
    assert [task["number"] for task in stocked.tasks()] == [leeds.number]
    assert [task["number"] for task in stocked.tasks(YORK)] == [york.number]


def test_arrived_shoppers_come_first_and_then_earlier_promises(stocked: Shop) -> None:
    placed = []
    for _ in range(5):
        placed.append(stocked.order({"MUG": 1}))
        stocked.clock.advance(timedelta(minutes=5))
    for one in (placed[3], placed[1]):
        stocked.call("POST", f"/api/v1/orders/{one.number}/arrived", one.token)
    order = [placed[index].number for index in (1, 3, 0, 2, 4)]
    assert [task["number"] for task in stocked.tasks()] == order


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_list_is_paged_without_gap_or_repetition(stocked: Shop, limit: int) -> None:
    placed = [stocked.order({"MUG": 1}) for _ in range(7)]
    for one in placed[::3]:
        stocked.call("POST", f"/api/v1/orders/{one.number}/arrived", one.token)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"?limit={limit}{cursor and f'&cursor={cursor}'}"
        page = stocked.staff("GET", f"tasks{query}").get_json()
        assert len(page["items"]) <= limit
        seen += [task["number"] for task in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [task["number"] for task in stocked.tasks(query="?limit=100")]
    assert sorted(seen) == sorted(one.number for one in placed)


def test_a_ready_order_is_a_task_only_after_the_arrival(stocked: Shop) -> None:
    placed = make_order(stocked, "ready")
    assert stocked.tasks() == []
    stocked.call("POST", f"/api/v1/orders/{placed.number}/arrived", placed.token)
    assert [task["kind"] for task in stocked.tasks()] == ["hand_over"]
    stocked.hand_over(placed, 1600)
    assert stocked.tasks() == []


@pytest.mark.parametrize("ended", ["cancelled", "expired"])
def test_a_restock_task_lists_its_items(stocked: Shop, ended: str) -> None:
    placed = stocked.order({"MUG": 3, "LAMP": 1})
    stocked.pick(placed, {"MUG": 2})
    cancel(stocked, placed) if ended == "cancelled" else expire(stocked)
    (task,) = stocked.tasks(query="?kind=restock")
    assert (task["number"], task["status"]) == (placed.number, ended)
    waiting = {line["sku"]: line["picked"] for line in task["lines"] if line["picked"]}
    assert waiting == {"MUG": 2}


def test_tasks_are_filtered_by_kind(stocked: Shop) -> None:
    make_order(stocked, "cancelled")
    stocked.order({"MUG": 1})
    kinds = {
        query: [task["kind"] for task in stocked.tasks(query=query)]
        for query in ("", "?kind=pick", "?kind=restock", "?kind=restock&kind=pick")
    }
    assert kinds[""] == kinds["?kind=pick"] == ["pick"]
    assert kinds["?kind=restock"] == ["restock"]
    assert sorted(kinds["?kind=restock&kind=pick"]) == ["pick", "restock"]
    assert wrong_fields(stocked.staff("GET", "tasks?kind=nonsense")) == {"kind"}


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_a_page_of_tasks_has_1_to_100(stocked: Shop, limit: str) -> None:
    assert wrong_fields(stocked.staff("GET", f"tasks?limit={limit}")) == {"limit"}


@pytest.mark.parametrize(
    "cursor",
    ["x", "W10", "WzEsMiwzXQ", encode(True, "9999-12-31T23:59:59-23:59", NOBODY), encode(True, "noon", NOBODY)],
    ids=["nonsense", "empty", "numbers", "the end of time", "no time"],
)  # fmt: skip
def test_an_invalid_cursor_is_refused_and_never_fails(stocked: Shop, cursor: str) -> None:
    answer = stocked.staff("GET", f"tasks?cursor={cursor}")
    assert answer.status_code == 200 or refusal(answer) == (422, "invalid")


def test_a_short_pick_opens_one_count_task_until_the_count(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 3, "LAMP": 1})
    stocked.pick(placed, {}, MUG=2)
    found = stocked.staff("GET", "counts").get_json()["items"]
    assert [(one["sku"], one["title"]) for one in found] == [("MUG", "The MUG")]
    assert stocked.staff("GET", "counts", store=YORK).get_json()["items"] == []
    counted = {"lines": [{"sku": "MUG", "quantity": 40}]}
    assert stocked.staff("POST", "counts", counted).get_json() == {
        "changed": 1, "unchanged": 0, "shortfalls": 0,
    }  # fmt: skip
    assert stocked.staff("GET", "counts").get_json()["items"] == []
    assert stocked.on_hand("MUG") == 40
    assert stocked.violations() == {}


@pytest.mark.parametrize(
    "line",
    [
        {"sku": "MUG", "quantity": -1},
        {"sku": "MUG", "quantity": 1_000_001},
        {"sku": "MUG", "quantity": 1.5},
        {"sku": "MUG", "quantity": True},
        {"sku": "MUG"},
        {"sku": "", "quantity": 1},
        {"sku": "M" * 65, "quantity": 1},
        {"sku": "MUG", "quantity": 1, "extra": 1},
        "MUG",
    ],
    ids=str,
)
def test_a_count_is_a_sku_and_a_whole_number(stocked: Shop, line: object) -> None:
    assert wrong_fields(stocked.staff("POST", "counts", {"lines": [line]})) == {"lines"}
    assert stocked.on_hand("MUG") == 50


def test_a_count_of_an_unknown_item_or_of_nothing_is_refused(stocked: Shop) -> None:
    both = [{"sku": "MUG", "quantity": 1}, {"sku": "NO-SUCH", "quantity": 1}]
    assert refusal(stocked.staff("POST", "counts", {"lines": both})) == (404, "not_found")
    assert stocked.on_hand("MUG") == 50
    assert wrong_fields(stocked.staff("POST", "counts", {"lines": []})) == {"lines"}


def test_counts_of_an_item_in_two_places_of_the_store_add_up(stocked: Shop) -> None:
    shelf_and_counter = [{"sku": "MUG", "quantity": 30}, {"sku": "MUG", "quantity": 12}]
    stocked.staff("POST", "counts", {"lines": shelf_and_counter})
    assert stocked.on_hand("MUG") == 42
