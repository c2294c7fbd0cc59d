"""An order whose lines leave in two parts. No rule of an order assumes that there is one fulfilment."""

from datetime import timedelta

import pytest

from app.jobs.orders import expire_orders
from tests.drivers.payments import BY_CARD, ask, notify
from tests.drivers.shop import LEEDS, Placed, Shop
from tests.reads.stock import Levels


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 1000, lds=5)
    shop.stock("LAMP", 4000, lds=5)
    return shop


def split(shop: Shop, placed: Placed) -> Placed:
    """Move the lamps of the order into a fulfilment of their own."""
    shop.change(_SECOND_FULFILMENT, _SECOND_LINE, _SECOND_TASK, number=placed.number)
    return placed


def statuses(shop: Shop, placed: Placed) -> tuple[str, list[str]]:
    seen = shop.seen(placed)
    return seen["status"], [one["status"] for one in seen["fulfilments"]]


def by_sku(shop: Shop) -> dict[str, str]:
    """Return the id of the fulfilment by its SKU."""
    return dict(shop.rows("SELECT sku, CAST(fulfilment_id AS text) FROM order_lines"))


def test_a_cancelled_order_ends_all_its_fulfilments(stocked: Shop) -> None:
    placed = split(stocked, stocked.order({"MUG": 2, "LAMP": 1}))
    assert len(stocked.open_tasks("pick")) == 2
    stocked.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    assert statuses(stocked, placed) == ("cancelled", ["cancelled"] * 2)
    assert stocked.open_tasks() == []
    assert (stocked.levels("MUG"), stocked.levels("LAMP")) == (Levels(5, 0, 5), Levels(5, 0, 5))
    assert stocked.violations() == {}


def test_only_the_fulfilment_with_picked_goods_is_restocked(stocked: Shop) -> None:
    placed = split(stocked, stocked.order({"MUG": 2, "LAMP": 1}))
    mugs, lamps = by_sku(stocked)["MUG"], by_sku(stocked)["LAMP"]
    picks = {"lines": [{"sku": "MUG", "quantity": 2}]}
    assert stocked.staff("POST", f"fulfilments/{lamps}/picks", picks).status_code == 422
    assert stocked.staff("POST", f"fulfilments/{mugs}/picks", picks).status_code == 200
    stocked.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    (task,) = stocked.tasks(query="?kind=restock")
    assert task["fulfilment"] == mugs
    assert stocked.staff("POST", f"fulfilments/{lamps}/restock").status_code == 409
    assert stocked.staff("POST", f"fulfilments/{mugs}/restock").status_code == 200
    assert (stocked.levels("MUG"), stocked.levels("LAMP")) == (Levels(5, 0, 5), Levels(5, 0, 5))
    assert stocked.violations() == {}


def test_a_payment_opens_all_fulfilments(stocked: Shop) -> None:
    placed = split(stocked, stocked.order({"MUG": 2, "LAMP": 1}, payment=BY_CARD))
    assert statuses(stocked, placed) == ("unpaid", ["waiting"] * 2)
    ask(stocked, placed)
    notify(stocked, stocked.provider.pay(placed.number).id)
    assert statuses(stocked, placed) == ("placed", ["open"] * 2)
    assert len(stocked.open_tasks("pick")) == 2
    times = stocked.rows(
        "SELECT expires_at FROM reservations UNION SELECT collect_by FROM fulfilments"
    )
    assert len(times) == 1
    assert stocked.violations() == {}


def test_an_unpaid_order_expires_with_all_its_fulfilments(stocked: Shop) -> None:
    placed = split(stocked, stocked.order({"MUG": 2, "LAMP": 1}, payment=BY_CARD))
    stocked.clock.advance(timedelta(hours=1))
    assert expire_orders(stocked.jobs) == 1
    assert statuses(stocked, placed) == ("expired", ["expired"] * 2)
    assert stocked.levels("LAMP") == Levels(5, 0, 5)
    assert stocked.violations() == {}


def test_a_hand_over_includes_only_the_fulfilments_ready_at_the_store(stocked: Shop) -> None:
    placed = split(stocked, stocked.order({"MUG": 2, "LAMP": 1}))
    for sku, units in {"MUG": 2, "LAMP": 1}.items():
        body = {"lines": [{"sku": sku, "quantity": units}]}
        path = f"fulfilments/{by_sku(stocked)[sku]}/picks"
        assert stocked.staff("POST", path, body).status_code == 200
    stocked.staff("POST", f"fulfilments/{by_sku(stocked)['MUG']}/ready")
    stocked.change("UPDATE fulfilments SET status = 'ready', ready_at = now()")
    assert stocked.hand_over(placed, 6000).get_json()["paid"] == 6000
    assert statuses(stocked, placed) == ("collected", ["collected"] * 2)
    assert (stocked.levels("MUG"), stocked.levels("LAMP")) == (Levels(3, 0, 3), Levels(4, 0, 4))
    assert stocked.violations() == {}


def test_an_order_is_reviewed_at_one_store(stocked: Shop) -> None:
    placed = split(stocked, stocked.order({"MUG": 1, "LAMP": 1}, payment=BY_CARD))
    ask(stocked, placed)
    notify(stocked, stocked.provider.pay(placed.number, amount=1).id)
    assert [task.location for task in stocked.open_tasks("payment_review")] == [LEEDS]
    review = stocked.merchant("GET", "order-reviews")["items"]
    assert [(one["number"], one["store"]) for one in review] == [(placed.number, LEEDS)]


_SECOND_FULFILMENT = """
    INSERT INTO fulfilments (id, order_id, location_id, type, status, promised_at, collect_by, code_number,
        code_attempts, code_attempts_total)
    SELECT gen_random_uuid(), order_id, location_id, type, f.status, promised_at, collect_by, 0, 0, 0
    FROM fulfilments f JOIN orders o ON o.id = f.order_id WHERE o.number = :number
"""
_SECOND_LINE = """
    UPDATE order_lines l SET fulfilment_id = f.id FROM fulfilments f JOIN orders o ON o.id = f.order_id
    WHERE l.sku = 'LAMP' AND l.order_id = o.id AND o.number = :number
        AND f.id NOT IN (SELECT fulfilment_id FROM order_lines WHERE fulfilment_id IS NOT NULL)
"""
_SECOND_TASK = """
    INSERT INTO tasks (id, kind, department, location_id, due_at, order_id, fulfilment_id, created_at)
    SELECT gen_random_uuid(), t.kind, t.department, t.location_id, t.due_at, t.order_id, l.fulfilment_id,
        t.created_at
    FROM tasks t JOIN order_lines l ON l.order_id = t.order_id AND l.sku = 'LAMP'
"""
