"""Orders that are not collected: expiry, restock, and reinstatement if the customer comes after all."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from app.core.fulfilment.expire import ExpireOrder
from app.core.fulfilment.expire import expire as expire_order
from app.jobs.orders import expire_orders, remind_shoppers
from app.jobs.registry import PERIODIC
from tests.concurrency import at_once, meanwhile, wait_for_a_lock
from tests.drivers.order_statuses import STAGES, cancel, expire, make_order, status
from tests.drivers.refusals import refusal, wrong_fields
from tests.drivers.shop import Placed, Shop
from tests.reads.stock import Levels


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 800, lds=10)
    shop.stock("LAMP", 2400, lds=10)
    return shop


def do(shop: Shop, placed: Placed, verb: str, **lines: int):
    body = {"lines": [{"sku": sku, "quantity": units} for sku, units in lines.items()]}
    path = f"fulfilments/{shop.fulfilment(placed)}/{verb}"
    return shop.staff("POST", path, body if lines else None)


def order_id(shop: Shop, placed: Placed):
    return shop.order_id(placed)


def test_an_unpicked_order_expires_and_releases_its_goods_at_once(stocked: Shop) -> None:
    placed = make_order(stocked, "placed")
    expire(stocked)
    assert stocked.seen(placed)["status"] == "expired"
    assert stocked.levels("MUG") == Levels(10, 0, 10)
    assert stocked.tasks(query="?kind=restock&kind=pick") == []
    assert stocked.reported == ["placed", "expired"]
    assert stocked.violations() == {}


def test_an_order_that_expires_during_picking_keeps_picked_units_and_releases_the_rest(
    stocked: Shop,
) -> None:
    placed = make_order(stocked, "picking", {"MUG": 3, "LAMP": 2})
    expire(stocked)
    assert stocked.levels("LAMP") == Levels(10, 1, 9)
    assert stocked.levels("MUG") == Levels(10, 0, 10)
    assert refusal(stocked.pick(placed, {"MUG": 1})) == (409, "invalid_state")
    (task,) = stocked.tasks(query="?kind=restock")
    assert {line["sku"]: line["picked"] for line in task["lines"]} == {"LAMP": 1, "MUG": 0}
    assert stocked.violations() == {}


@pytest.mark.parametrize("stage", ["collected", "cancelled", "expired"])
def test_an_ended_order_does_not_expire_again(stocked: Shop, stage: str) -> None:
    placed = make_order(stocked, stage)
    reported = list(stocked.reported)
    stocked.clock.advance(timedelta(days=30))
    assert expire_orders(stocked.jobs) == 0
    assert not stocked.runner.perform(expire_order, ExpireOrder(order_id(stocked, placed)))
    assert stocked.reported == reported


def test_an_order_is_kept_exactly_until_its_deadline(stocked: Shop) -> None:
    placed = make_order(stocked, "ready")
    (fulfilment,) = stocked.fulfilments(placed)
    stocked.clock.at = fulfilment.collect_by - timedelta(seconds=1)
    assert expire_orders(stocked.jobs) == 0
    stocked.clock.advance(timedelta(seconds=1))
    assert expire_orders(stocked.jobs) == 1
    assert stocked.seen(placed)["status"] == "expired"


def test_an_expiry_that_waited_while_the_order_was_made_ready_does_nothing(stocked: Shop) -> None:
    """The job found the order overdue; then it was made ready, and is kept for five more days."""
    placed = make_order(stocked, "placed")
    stocked.pick(placed, {"MUG": 2})
    stocked.clock.advance(timedelta(days=8))
    number, ready = order_id(stocked, placed), f"fulfilments/{stocked.fulfilment(placed)}/ready"
    with stocked.engine.connect() as holder:
        holder.execute(text("SELECT 1 FROM orders FOR UPDATE"))
        with meanwhile(lambda: stocked.staff("POST", ready).status_code) as made_ready:
            wait_for_a_lock(stocked.engine)
            with meanwhile(
                lambda: stocked.runner.perform(expire_order, ExpireOrder(number))
            ) as late:
                wait_for_a_lock(stocked.engine, 2)
                holder.rollback()
    assert (made_ready.result(), late.result()) == (200, False)
    assert stocked.seen(placed)["status"] == "ready"
    assert stocked.violations() == {}


def test_a_simultaneous_expiry_and_hand_over_end_in_one_of_the_two(stocked: Shop) -> None:
    for _ in range(3):
        placed = make_order(stocked, "ready")
        stocked.clock.advance(timedelta(days=8))
        command = ExpireOrder(order_id(stocked, placed))
        expired, handed = at_once(
            partial(stocked.runner.perform, expire_order, command),
            partial(status, stocked.hand_over, placed, 1600),
        )
        assert (expired, handed) in ((True, 409), (False, 200))
    assert stocked.violations() == {}


@pytest.mark.parametrize("job", ["expire", "remind"])
def test_one_order_that_cannot_expire_does_not_delay_the_others(stocked: Shop, job: str) -> None:
    """The stock of the oldest order has fewer units than it reserved: staff must correct the stock first."""
    spoilt = make_order(stocked, "ready" if job == "remind" else "placed", {"LAMP": 1})
    other = make_order(stocked, "ready" if job == "remind" else "placed")
    stocked.change(
        "ALTER TABLE fulfilments ADD CONSTRAINT spoilt_check CHECK (id <> "
        f"'{stocked.fulfilment(spoilt)}' OR (status <> 'expired' AND remind_at IS NOT NULL)) NOT VALID"
    )
    try:
        stocked.clock.advance(timedelta(days=8 if job == "expire" else 4))
        assert PERIODIC[job].run(stocked.jobs) == 1
    finally:
        stocked.change("ALTER TABLE fulfilments DROP CONSTRAINT spoilt_check")
    assert stocked.reported[-1] == {"expire": "expired", "remind": "reminder"}[job]
    assert stocked.seen(other)["status"] == ("expired" if job == "expire" else "ready")
    assert PERIODIC[job].run(stocked.jobs) == 1


@pytest.mark.parametrize("ended", ["expired", "cancelled"])
def test_goods_are_restocked_in_parts_and_available_when_scanned(stocked: Shop, ended: str) -> None:
    placed = make_order(stocked, ended, {"MUG": 3, "LAMP": 1})
    assert stocked.levels("MUG") == Levels(10, 3, 7)
    for part, levels in ((1, (10, 2, 8)), (2, (10, 0, 10))):
        assert do(stocked, placed, "restock", MUG=part).status_code == 200
        assert stocked.levels("MUG") == Levels(*levels)
        assert len(stocked.tasks(query="?kind=restock")) == 1
        assert stocked.violations() == {}
    assert do(stocked, placed, "restock").status_code == 200
    assert stocked.levels("LAMP") == Levels(10, 0, 10)
    assert stocked.tasks(query="?kind=restock") == []
    assert refusal(do(stocked, placed, "restock")) == (409, "nothing_to_restock")


@pytest.mark.parametrize(
    "lines", [{"MUG": 3}, {"NO-SUCH": 1}, {"LAMP": 1}, {"MUG": 1, "LAMP": 1}], ids=str
)
def test_units_that_do_not_wait_for_restocking_are_refused(
    stocked: Shop, lines: dict[str, int]
) -> None:
    placed = make_order(stocked, "expired")
    assert wrong_fields(do(stocked, placed, "restock", **lines)) == {"wrong"}
    assert stocked.levels("MUG") == Levels(10, 2, 8)


@pytest.mark.parametrize("lines", [[], None])
def test_an_empty_list_is_refused_and_does_not_mean_everything(
    stocked: Shop, lines: object
) -> None:
    placed = make_order(stocked, "expired")
    path = f"fulfilments/{stocked.fulfilment(placed)}/restock"
    assert wrong_fields(stocked.staff("POST", path, {"lines": lines})) == {"lines"}
    assert stocked.levels("MUG") == Levels(10, 2, 8)


@pytest.mark.parametrize(
    "stage", [stage for stage in STAGES if stage not in ("expired", "cancelled")]
)
def test_goods_of_an_open_order_are_not_restocked(stocked: Shop, stage: str) -> None:
    placed = make_order(stocked, stage)
    before = stocked.levels("MUG")
    assert refusal(do(stocked, placed, "restock")) == (409, "invalid_state")
    assert stocked.levels("MUG") == before


def test_two_simultaneous_restocks_release_the_goods_once(stocked: Shop) -> None:
    placed = make_order(stocked, "expired")
    answers = at_once(*[lambda: do(stocked, placed, "restock", MUG=2).status_code] * 3)
    assert sorted(map(str, answers)) == ["200", "409", "409"]
    assert stocked.levels("MUG") == Levels(10, 0, 10)
    assert stocked.violations() == {}


@pytest.mark.parametrize("restocked", [0, 1, 2])
def test_a_reinstated_order_is_ready_with_any_number_of_its_goods_restocked(
    stocked: Shop, restocked: int
) -> None:
    placed = make_order(stocked, "expired")
    if restocked:
        do(stocked, placed, "restock", MUG=restocked)
    answer = do(stocked, placed, "reinstate")
    assert (answer.get_json()["status"], answer.get_json()["amount_due"]) == ("ready", 1600)
    assert stocked.levels("MUG") == Levels(10, 2, 8)
    assert stocked.tasks(query="?kind=restock") == []
    assert stocked.reported[-1] == "reinstated"
    assert stocked.violations() == {}
    assert expire_orders(stocked.jobs) == 0, "the time starts again"
    assert stocked.hand_over(placed, 1600).status_code == 200
    assert stocked.violations() == {}


@pytest.mark.parametrize("stage", ["placed", "picking"])
def test_a_reinstated_order_that_was_never_ready_must_be_picked(stocked: Shop, stage: str) -> None:
    placed = make_order(stocked, stage)
    expire(stocked)
    assert do(stocked, placed, "reinstate").get_json()["status"] == "placed"
    assert [task["kind"] for task in stocked.tasks()] == ["pick"]
    assert stocked.levels("MUG") == Levels(10, 2, 8)
    assert stocked.violations() == {}
    assert stocked.make_ready(placed).status_code == 200
    assert stocked.hand_over(placed, 1600).status_code == 200
    assert stocked.violations() == {}


def test_an_order_whose_goods_are_gone_stays_expired(stocked: Shop) -> None:
    placed = make_order(stocked, "expired", {"MUG": 2, "LAMP": 1})
    do(stocked, placed, "restock")
    stocked.order({"MUG": 9})
    answer = do(stocked, placed, "reinstate")
    assert refusal(answer) == (409, "out_of_stock")
    assert stocked.seen(placed)["status"] == "expired"
    assert stocked.levels("LAMP") == Levels(10, 0, 10)
    assert stocked.reported[-1] == "placed"
    assert stocked.violations() == {}


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "expired"])
def test_only_an_expired_order_is_reinstated(stocked: Shop, stage: str) -> None:
    placed = make_order(stocked, stage)
    assert refusal(do(stocked, placed, "reinstate")) == (409, "invalid_state")
    assert stocked.seen(placed)["status"] == stage


def test_two_simultaneous_reinstatements_reserve_once(stocked: Shop) -> None:
    placed = make_order(stocked, "expired")
    do(stocked, placed, "restock")
    answers = at_once(*[lambda: do(stocked, placed, "reinstate").status_code] * 3)
    assert sorted(map(str, answers)) == ["200", "409", "409"]
    assert stocked.levels("MUG") == Levels(10, 2, 8)
    assert stocked.violations() == {}


def test_a_store_that_closed_permanently_still_hands_over_its_orders(stocked: Shop) -> None:
    placed = make_order(stocked, "placed")
    stocked.change("UPDATE locations SET hours = '[[],[],[],[],[],[],[]]', offers_pickup = false")
    assert stocked.make_ready(placed).status_code == 200
    assert stocked.seen(placed)["fulfilments"][0]["collect_by"] == "2054-11-29T12:00:00+00:00"
    assert stocked.hand_over(placed, 1600).status_code == 200


def test_a_reminder_is_sent_once_and_only_while_the_order_waits(stocked: Shop) -> None:
    ready, placed = make_order(stocked, "ready"), make_order(stocked, "placed")
    stocked.clock.advance(timedelta(days=3) - timedelta(seconds=1))
    assert remind_shoppers(stocked.jobs) == 0
    stocked.clock.advance(timedelta(seconds=1))
    assert remind_shoppers(stocked.jobs) == 1
    assert remind_shoppers(stocked.jobs) == 0
    assert stocked.reported.count("reminder") == 1
    assert cancel(stocked, ready) == cancel(stocked, placed) == 200
