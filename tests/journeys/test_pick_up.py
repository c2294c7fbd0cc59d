"""J2 and J3 of the journeys, for an order paid in cash: over HTTP, on real PostgreSQL."""

from datetime import UTC, datetime, timedelta

from app.jobs.orders import expire_orders, remind_shoppers
from tests.drivers.shop import LEEDS, Shop
from tests.reads.stock import Levels


def test_j2_a_lamp_is_ordered_on_the_web_picked_and_collected_by_the_pickup_person(
    shop: Shop,
) -> None:
    shop.stock("LAMP-01", 2400, safety=1, lds=5)
    assert shop.levels("LAMP-01") == Levels(5, 0, 4)

    placed = shop.order({"LAMP-01": 2}, pickup_person={"name": "Charles"})
    assert placed.body["total"] == 4800
    assert placed.body["tax"] == 800
    assert placed.body["fulfilments"][0]["ready_by"] == "2054-11-24T14:00:00+00:00"
    assert placed.body["fulfilments"][0]["collect_by"] == "2054-11-30T18:00:00+00:00"
    assert shop.levels("LAMP-01") == Levels(5, 2, 2)

    assert shop.make_ready(placed).status_code == 200
    assert shop.reported == ["placed", "ready"]
    seen = shop.seen(placed)
    assert (
        seen["status"],
        seen["fulfilments"][0]["pickup_person"],
        seen["fulfilments"][0]["code"],
    ) == (
        "ready",
        "Charles",
        placed.code,
    )

    collected = shop.hand_over(placed, 4800, tendered=5000, received_by="Charles")
    assert collected.status_code == 200
    assert (collected.get_json()["status"], collected.get_json()["change"]) == ("collected", 200)
    assert shop.levels("LAMP-01") == Levels(3, 0, 2)

    again = shop.hand_over(placed, 4800)
    assert again.status_code == 409
    assert again.get_json()["code"] == "already_collected"
    assert again.get_json()["errors"]["collected_by"] == "Leeds till"
    assert again.get_json()["errors"]["collected_at"].startswith("2054-11-24T12:00:00")
    assert shop.violations() == {}


def test_j3_a_short_pick_lowers_the_amount_due_by_the_frozen_share(shop: Shop) -> None:
    shop.stock("A", 1500, lds=5)
    shop.stock("B", 4000, lds=1)
    shop.stock("C", 950, lds=3)
    placed = shop.order({"A": 2, "B": 1, "C": 1})
    assert placed.body["total"] == 7950

    picked = shop.pick(placed, {"A": 2, "C": 1}, B=1).get_json()
    assert picked["amount_due"] == 3950
    assert picked["totals_after_cancellation"] == {"total": 3950, "net": 3292, "tax": 658}
    assert shop.levels("B") == Levels(0, 0, 0)
    assert [task["sku"] for task in shop.staff("GET", "counts").get_json()["items"]] == ["B"]
    assert shop.reported == ["placed", "items_unavailable"]

    assert (
        shop.staff("POST", f"fulfilments/{picked['fulfilments'][0]['id']}/ready").status_code == 200
    )
    paid = shop.hand_over(placed, 3950, tendered=4000).get_json()
    assert (paid["paid"], paid["change"]) == (3950, 50)
    seen = shop.seen(placed)
    assert (seen["status"], seen["paid"], seen["amount_due"]) == ("collected", 3950, 0)
    assert [(line["sku"], line["cancelled"]) for line in seen["lines"]] == [
        ("A", 0),
        ("B", 1),
        ("C", 0),
    ]
    assert shop.levels("A") == Levels(3, 0, 3)
    assert shop.violations() == {}


def test_i_am_here_moves_the_task_to_the_top(shop: Shop) -> None:
    shop.stock("MUG", 800, lds=10)
    first, second = shop.order({"MUG": 1}), shop.order({"MUG": 1})
    assert [task["number"] for task in shop.tasks()] == [first.number, second.number]
    arrived = shop.call("POST", f"/api/v1/orders/{second.number}/arrived", second.token)
    assert arrived.status_code == 200
    assert [(task["number"], task["arrived"]) for task in shop.tasks()] == [
        (second.number, True),
        (first.number, False),
    ]


def test_j9_an_uncollected_order_expires_once_and_its_goods_are_free_after_the_restock(
    shop: Shop,
) -> None:
    shop.stock("LAMP-01", 2400, safety=1, lds=5)
    placed = shop.order({"LAMP-01": 2})
    shop.make_ready(placed)

    shop.clock.advance(timedelta(days=3))
    assert [remind_shoppers(shop.jobs) for _ in range(2)] == [1, 0]
    shop.clock.at = datetime(2054, 11, 30, 18, 0, tzinfo=UTC)
    assert [expire_orders(shop.jobs) for _ in range(2)] == [1, 0]
    assert shop.seen(placed)["status"] == "expired"
    assert shop.levels("LAMP-01") == Levels(5, 2, 2)
    assert shop.reported == ["placed", "ready", "reminder", "expired"]

    fulfilment = shop.fulfilment(placed)
    back = shop.staff("POST", f"fulfilments/{fulfilment}/restock")
    assert back.status_code == 200, back.get_json()
    assert shop.levels("LAMP-01") == Levels(5, 0, 4)

    shop.clock.advance(timedelta(hours=1))
    assert shop.staff("POST", f"fulfilments/{fulfilment}/reinstate").get_json()["status"] == "ready"
    assert shop.levels("LAMP-01") == Levels(5, 2, 2)
    assert shop.hand_over(placed, 4800).status_code == 200
    assert shop.levels("LAMP-01", LEEDS) == Levels(3, 0, 2)
    assert shop.violations() == {}
