"""A card pays and gets back multiples of KWD 0.010 only. Another amount is refused before the order is placed."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import money
from app.core.errors import Conflict
from app.core.payments.card_amounts import require_chargeable
from app.core.payments.refund_plan import Paid, odd_rest, plan
from tests.drivers.payments import BY_CARD, ask, notify, refund
from tests.drivers.shop import LEEDS, Placed, Shop, open_shop

CASES = json.loads((Path(__file__).parents[2] / "data" / "money_cases.json").read_text())
CARD, CASH = UUID(int=1), UUID(int=2)


@pytest.fixture
def shop(server: str, tmp_path: Path) -> Iterator[Shop]:
    with open_shop(server, "three_digits", tmp_path, more_currencies="KWD,ISK") as shop:
        for sku, amount in (("MUG", 18_600), ("TEA", 1005)):
            shop.stock(sku, 999, lds=99)
            prices = [
                {"sku": sku, "price": {"amount": amount, "currency": currency}}
                for currency in ("KWD", "ISK")
            ]
            shop.merchant("PUT", "prices", {"prices": prices})
        yield shop


def checkout(shop: Shop, lines: dict[str, int], currency: str = "KWD", by: str = "card") -> Any:
    cart = shop.client.post(f"/api/v1/carts?currency={currency}").get_json()
    path = f"/api/v1/carts/{cart['id']}"
    for sku, units in lines.items():
        shop.call("PUT", f"{path}/lines/{sku}", cart["token"], {"quantity": units})
    chosen = {"type": "pickup", "location": LEEDS}
    seen = shop.call("PUT", f"{path}/fulfilment", cart["token"], chosen).get_json()
    payment = BY_CARD if by == "card" else {"method": by}
    return shop.checkout({**seen, "token": cart["token"]}, payment=payment)


@pytest.mark.parametrize(
    "case", [one for one in CASES if "card" in one["id"]], ids=lambda one: one["id"]
)
def test_the_worked_example_is_refused_with_its_cause(case: dict[str, Any]) -> None:
    due = int(Decimal(case["due"]) * 1000)
    with pytest.raises(Conflict, match=r"multiples of KWD 0\.010") as refused:
        require_chargeable(due, (), case["currency"])
    assert refused.value.code == "amount_not_chargeable"
    require_chargeable(due // 10 * 10, (), case["currency"])


@pytest.mark.parametrize(
    ("lines", "currency"), [({"TEA": 1}, "KWD"), ({"TEA": 1, "MUG": 1}, "KWD"), ({"MUG": 1}, "ISK")]
)
def test_what_a_card_cannot_pay_is_refused_before_the_order_is_placed(
    shop: Shop, lines: dict[str, int], currency: str
) -> None:
    answer = checkout(shop, lines, currency)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "amount_not_chargeable")
    assert shop.count("orders") == 0
    assert checkout(shop, lines, currency, by="at_pickup").status_code == 201
    assert shop.violations() == {}


def test_the_shares_of_units_are_in_the_step_of_cards(shop: Shop) -> None:
    answer = checkout(shop, {"MUG": 7}, by="at_pickup").get_json()
    placed = Placed(answer["number"], answer["token"], answer["fulfilments"][0]["code"], answer)
    shop.pick(placed, {"MUG": 6}, MUG=1)
    due = shop.make_ready(placed).get_json()["amount_due"]
    assert due % 10 == 0
    assert abs(due - Decimal(7 * 18_600) * 6 / 7) <= 5
    assert shop.violations() == {}


def test_a_card_captures_and_refunds_stepped_shares(shop: Shop) -> None:
    answer = checkout(shop, {"MUG": 7}).get_json()
    placed = Placed(answer["number"], answer["token"], answer["fulfilments"][0]["code"], answer)
    ask(shop, placed)
    paid = shop.provider.pay(placed.number)
    notify(shop, paid.id)
    shop.pick(placed, {"MUG": 4}, MUG=3)
    shop.make_ready(placed)
    assert shop.hand_over(placed, 0).status_code == 200
    captured = shop.provider.payments[paid.id].captured
    assert captured % 10 == 0
    assert (
        shop.staff(
            "POST", f"orders/{placed.number}/refunds", {"amount": 15, "reason": "?"}
        ).status_code
        == 422
    )
    refund(shop, placed, 20)
    assert shop.violations() == {}


def test_a_promotion_makes_an_odd_amount_that_is_refused(shop: Shop) -> None:
    shop.promote("percentage", {"rate": 333}, currency="KWD")
    assert checkout(shop, {"MUG": 1}).get_json()["code"] == "amount_not_chargeable"


def test_an_odd_refund_goes_to_the_cash_that_was_paid(shop: Shop) -> None:
    answer = checkout(shop, {"TEA": 1}, by="at_pickup").get_json()
    placed = Placed(answer["number"], answer["token"], answer["fulfilments"][0]["code"], answer)
    shop.make_ready(placed)
    assert shop.hand_over(placed, 1005).status_code == 200
    refund(shop, placed, 3)
    assert shop.violations() == {}


@given(st.integers(0, 10**7), st.integers(1, 99))
def test_stepped_shares_add_up(steps: int, units: int) -> None:
    amount = steps * 10
    shares = [money.share(amount, units, unit, 1, 10) for unit in range(units)]
    assert sum(shares) == amount
    assert all(part % 10 == 0 and part >= 0 for part in shares)
    for kept in range(units + 1):
        total = money.share_of_first(amount, units, kept, 10)
        assert 0 <= money.share_of_tax(amount // 6, amount, units, kept, 10) <= total


@given(st.integers(0, 500), st.integers(0, 5000), st.lists(st.integers(1, 2000), max_size=9))
def test_many_refunds_stay_in_the_step_of_the_card(
    card_steps: int, cash: int, amounts: list[int]
) -> None:
    room = {CARD: Paid(CARD, card_steps * 10, step=10), CASH: Paid(CASH, cash)}
    for amount in amounts:
        tenders = list(room.values())
        if amount > sum(one.rest for one in tenders) or odd_rest(tenders, amount):
            continue
        parts = plan(tenders, amount)
        assert sum(parts.values()) == amount
        assert parts.get(CARD, 0) % 10 == 0
        for one, part in parts.items():
            assert part <= room[one].rest
            before = room[one]
            room[one] = Paid(one, before.paid, before.returned + part, step=before.step)
