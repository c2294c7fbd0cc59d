"""The hand-over: with the right code and the exact money, once, and never after guessing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.fulfilment.verify_pickup_code import ATTEMPTS, ATTEMPTS_PER_CODE, WINDOW
from tests.concurrency import at_once, meanwhile, wait_for_a_lock
from tests.drivers.order_statuses import make_order
from tests.drivers.refusals import refusal, wrong_fields
from tests.drivers.shop import YORK, Placed, Shop, new_key
from tests.reads.stock import Levels


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 800, lds=10, yrk=10)
    return shop


@pytest.fixture
def ready(stocked: Shop) -> Placed:
    return make_order(stocked, "ready")


def wrong_code(placed: Placed) -> str:
    return "000000" if placed.code != "000000" else "111111"


def guess(shop: Shop, placed: Placed, code: str | None = None) -> TestResponse:
    return shop.hand_over(placed, 1600, code=code or wrong_code(placed))


def cash(*payments: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"method": "cash", "amount": amount, "tendered": given} for amount, given in payments]


def untouched(shop: Shop) -> bool:
    return shop.levels("MUG") == Levels(10, 2, 8) and shop.payments() == []


def test_the_goods_leave_for_the_exact_money_and_the_change_is_shown(
    stocked: Shop, ready: Placed
) -> None:
    answer = stocked.hand_over(ready, 1600, payments=cash((600, 600), (1000, 2000)))
    assert answer.get_json() == {
        "number": ready.number, "status": "collected", "paid": 1600,
        "capture_pending": 0, "change": 1000, "currency": "GBP",
        "collected_at": "2054-11-24T12:00:00+00:00",
    }  # fmt: skip
    assert stocked.levels("MUG") == Levels(8, 0, 8)
    moved = [one for one in stocked.stock_movements() if one.order_number]
    assert [(one.quantity, one.kind) for one in moved] == [(-2, "hand_over")]
    assert stocked.reported == ["placed", "ready", "collected"]
    assert stocked.violations() == {}


def test_without_a_tendered_amount_the_exact_amount_is_assumed(
    stocked: Shop, ready: Placed
) -> None:
    paid = stocked.hand_over(ready, 1600, payments=[{"method": "cash", "amount": 1600}])
    assert paid.get_json()["change"] == 0


@pytest.mark.parametrize(
    "payments",
    [[], cash((1599, 1599)), cash((1601, 1601)), cash((800, 800)), cash((1600, 1599)), cash((1600, 1600), (1, 1))],
    ids=["nothing", "a penny short", "a penny over", "half", "too little tendered", "one too many"],
)  # fmt: skip
def test_a_payment_other_than_the_amount_due_is_refused_and_moves_nothing(
    stocked: Shop, ready: Placed, payments: Any
) -> None:
    assert "payments" in wrong_fields(stocked.hand_over(ready, 1600, payments=payments))
    assert untouched(stocked)
    assert stocked.hand_over(ready, 1600).status_code == 200


@pytest.mark.parametrize(
    "payment",
    [
        {"method": "card", "amount": 1600}, {"method": "cash", "amount": 0}, {"method": "cash", "amount": -1600},
        {"method": "cash", "amount": 1600.0}, {"method": "cash", "amount": "1600"}, {"method": "cash"},
        {"method": "cash", "amount": 10**12 + 1}, {"method": "cash", "amount": 1600, "tip": 1}, "cash", None,
    ],
    ids=str,
)  # fmt: skip
def test_a_payment_is_an_amount_of_cash(stocked: Shop, ready: Placed, payment: Any) -> None:
    assert wrong_fields(stocked.hand_over(ready, 1600, payments=[payment])) == {"payments"}
    assert untouched(stocked)


@pytest.mark.parametrize("code", ["", "x" * 33, None, 123456, ["123456"]])
def test_a_code_is_a_text(stocked: Shop, ready: Placed, code: Any) -> None:
    assert wrong_fields(stocked.hand_over(ready, 1600, code=code)) == {"code"}


@pytest.mark.parametrize("code", ["١٢٣٤٥٦", "12345", "1234567", "naïve", " "])
def test_any_other_text_is_a_wrong_code(stocked: Shop, ready: Placed, code: str) -> None:
    assert refusal(guess(stocked, ready, code)) == (403, "invalid_pickup_code")


@pytest.mark.parametrize("stage", ["placed", "picking", "cancelled", "expired"])
def test_an_order_that_is_not_ready_cannot_be_handed_over(stocked: Shop, stage: str) -> None:
    placed = make_order(stocked, stage)
    before = stocked.levels("MUG")
    answer = stocked.hand_over(placed, 1600)
    assert refusal(answer) == (409, "invalid_state")
    assert answer.get_json()["errors"]["status"] == stage
    assert stocked.levels("MUG") == before


def test_another_store_cannot_hand_it_over(stocked: Shop, ready: Placed) -> None:
    assert refusal(stocked.hand_over(ready, 1600, store=YORK)) == (404, "not_found")
    assert untouched(stocked)


def test_a_second_hand_over_shows_when_and_to_whom_it_was_collected(
    stocked: Shop, ready: Placed
) -> None:
    stocked.hand_over(ready, 1600)
    stocked.clock.advance(timedelta(hours=1))
    for code in (ready.code, wrong_code(ready)):
        answer = stocked.hand_over(ready, 1600, code=code)
        assert refusal(answer) == (409, "already_collected")
        assert answer.get_json()["errors"] == {
            "collected_at": "2054-11-24T12:00:00+00:00", "collected_by": "Leeds till",
        }  # fmt: skip
    assert stocked.violations() == {}


def test_five_wrong_codes_lock_the_order_for_the_rest_of_the_window(
    stocked: Shop, ready: Placed
) -> None:
    for _ in range(ATTEMPTS):
        assert refusal(guess(stocked, ready)) == (403, "invalid_pickup_code")
        stocked.clock.advance(timedelta(minutes=1))
    closed = guess(stocked, ready, ready.code)
    assert refusal(closed) == (429, "too_many_attempts")
    left = (WINDOW - timedelta(minutes=ATTEMPTS)).total_seconds()
    assert left <= int(closed.headers["Retry-After"]) <= left + 1
    assert untouched(stocked)
    stocked.clock.advance(timedelta(seconds=int(closed.headers["Retry-After"])))
    assert stocked.hand_over(ready, 1600).status_code == 200
    assert stocked.violations() == {}


def test_more_attempts_do_not_prolong_the_lock(stocked: Shop, ready: Placed) -> None:
    for _ in range(ATTEMPTS + 5):
        guess(stocked, ready)
    stocked.clock.advance(WINDOW)
    assert refusal(guess(stocked, ready)) == (403, "invalid_pickup_code")
    assert stocked.hand_over(ready, 1600).status_code == 200


def test_other_orders_are_not_locked(stocked: Shop, ready: Placed) -> None:
    other = make_order(stocked, "ready")
    for _ in range(ATTEMPTS + 1):
        guess(stocked, ready)
    assert stocked.hand_over(other, 1600).status_code == 200


def guess_in_vain(shop: Shop, placed: Placed, times: int) -> None:
    for number in range(times):
        if number and number % ATTEMPTS == 0:
            shop.clock.advance(WINDOW)
        assert refusal(guess(shop, placed)) == (403, "invalid_pickup_code")


def test_after_20_wrong_codes_the_code_is_replaced_and_the_shopper_notified(
    stocked: Shop, ready: Placed
) -> None:
    guess_in_vain(stocked, ready, ATTEMPTS_PER_CODE - 1)
    assert stocked.seen(ready)["fulfilments"][0]["code"] == ready.code
    assert stocked.reported == ["placed", "ready"]
    guess(stocked, ready)
    new = stocked.seen(ready)["fulfilments"][0]["code"]
    assert new != ready.code
    assert stocked.reported == ["placed", "ready", "new_code"]
    stocked.clock.advance(WINDOW)
    assert refusal(guess(stocked, ready, ready.code)) == (403, "invalid_pickup_code")
    assert stocked.hand_over(ready, 1600, code=new).status_code == 200
    assert stocked.violations() == {}


def test_a_wrong_code_with_an_idempotency_key_counts_each_time(
    stocked: Shop, ready: Placed
) -> None:
    body = {"code": wrong_code(ready), "payments": cash((1600, 1600))}
    statuses = [
        stocked.staff("POST", f"orders/{ready.number}/hand-over", body, key="one-key").status_code
        for _ in range(ATTEMPTS + 1)
    ]
    assert statuses == [403] * ATTEMPTS + [429]


def test_simultaneous_wrong_codes_are_counted_one_by_one(stocked: Shop, ready: Placed) -> None:
    """All of them wait for the order. A count read before the wait would be written back too low."""
    with stocked.engine.connect() as holder:
        holder.execute(text("SELECT 1 FROM orders FOR UPDATE"))
        guesses = [lambda: guess(stocked, ready).status_code] * 6
        with meanwhile(lambda: at_once(*guesses)) as all_of_them:
            wait_for_a_lock(stocked.engine, 6)
            holder.rollback()
    assert sorted(map(str, all_of_them.result())) == ["403"] * 5 + ["429"]
    assert [one.code_attempts for one in stocked.fulfilments()] == [5]


def test_two_simultaneous_hand_overs_take_effect_once(stocked: Shop, ready: Placed) -> None:
    answers = at_once(*[lambda: stocked.hand_over(ready, 1600).status_code] * 4)
    assert sorted(map(str, answers)) == ["200", "409", "409", "409"]
    assert stocked.levels("MUG") == Levels(8, 0, 8)
    assert sum(event.amount for event in stocked.payment_events()) == 1600
    assert stocked.violations() == {}


def test_a_repeated_hand_over_returns_the_same_response_and_moves_nothing(
    stocked: Shop, ready: Placed
) -> None:
    body, key = {"code": ready.code, "payments": cash((1600, 2000))}, new_key()
    path = f"orders/{ready.number}/hand-over"
    answers = [stocked.staff("POST", path, body, key=key) for _ in range(3)]
    assert {answer.data for answer in answers} == {answers[0].data}
    assert answers[0].get_json()["change"] == 400
    assert stocked.levels("MUG") == Levels(8, 0, 8)


def test_the_recipient_is_stored_with_the_contacts(stocked: Shop, ready: Placed) -> None:
    assert stocked.hand_over(ready, 1600, received_by="Charles Babbage").status_code == 200
    assert [one.picked_up_by for one in stocked.fulfilments()] == ["Charles Babbage"]
    assert "Charles" not in str(stocked.payloads())


def test_the_movement_is_valued_at_the_cost_in_force_and_an_unknown_cost_is_not_0(
    stocked: Shop,
) -> None:
    stocked.stock("LAMP", 2400, lds=5)
    stocked.change(
        "INSERT INTO variant_costs (id, variant_id, amount, currency, starts_at) "
        "SELECT gen_random_uuid(), id, 100 * n, 'GBP', DATE '2054-11-22' + n FROM variants, "
        "generate_series(1, 4) n WHERE sku = 'LAMP'"
    )
    placed = make_order(stocked, "ready", {"MUG": 1, "LAMP": 1})
    assert stocked.hand_over(placed, placed.body["total"]).status_code == 200
    moved = stocked.stock_movements("hand_over")
    assert sorted((one.sku, one.unit_cost) for one in moved) == [("LAMP", 200), ("MUG", None)]


@pytest.mark.parametrize("name", ["", "  ", "Charles\x00", "Charles\nBabbage", "x" * 201, 7])
def test_the_name_of_the_recipient_must_be_readable(
    stocked: Shop, ready: Placed, name: Any
) -> None:
    assert wrong_fields(stocked.hand_over(ready, 1600, received_by=name)) == {"received_by"}
    assert stocked.seen(ready)["status"] == "ready"
