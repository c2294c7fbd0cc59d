"""Each of the ten losses happens once a guard against it is removed, and its test fails: a test that cannot fail
proves nothing.

Others are elsewhere: locks taken in any order in test_races.py, the response stored apart from its effect in
test_kills.py.
"""

from collections.abc import Callable

import pytest

from tests.drivers.shop import Shop
from tests.faults import guard_mutants as without
from tests.faults import test_ten_losses as ten
from tests.scale import sample

Scenario = Callable[[Shop], None]

CAUGHT: list[tuple[Scenario, without.TakeOut, str]] = [
    (ten.test_paid_but_no_order, without.a_commit_before_asking, "the order does not know"),
    (ten.test_paid_but_no_order, without.looking_at_what_is_open, "the order does not know"),
    (ten.test_paid_but_no_order, without.coming_back_to_attempts, "the order does not know"),
    (ten.test_charged_twice, without.one_key_for_all_tries, "charged twice, since asked again"),
    (ten.test_charged_twice, without.only_asking_after_a_day, "charged twice, since asked again"),
    (ten.test_charged_twice, without.one_open_payment, "charged once for each button"),
    (ten.test_oversold, without.a_conditional_promise, "sold what is not there"),
    (ten.test_gift_card_or_coupon_used_too_often, without.a_conditional_debit, "more than it held"),
    (ten.test_gift_card_or_coupon_used_too_often, without.a_conditional_use, "was used too often"),
    (ten.test_refunded_too_much, without.counting_what_is_on_its_way, "was given again"),
    (ten.test_refunded_too_much, without.one_key_for_all_tries, "given twice"),
    (ten.test_refunded_too_much, without.reading_under_the_lock, "more was promised back"),
    (ten.test_payment_events_overwrite_one_another, without.adding_up, "wrote over another"),
    (
        ten.test_payment_events_overwrite_one_another,
        without.the_furthest_state,
        "wrote over another",
    ),
    (ten.test_amount_not_bound_to_the_order, without.the_frozen_amount, "what it costs today"),
    (
        ten.test_amount_not_bound_to_the_order,
        without.comparing_the_amount,
        "another amount counted",
    ),
    (ten.test_till_sale_lost, without.an_answer_after_the_commit, "the sale is lost"),
    (ten.test_till_sale_lost, without.waiting_for_the_disk, "we do not wait for the disk"),
    (ten.test_till_sale_doubled, without.stored_responses, "money moved twice"),
    (ten.test_till_sale_doubled, without.looking_for_a_stored_answer, "the repeat was refused"),
    (
        ten.test_the_timer_beats_the_payment,
        without.closing_the_page_first,
        "while they could be paid",
    ),
    (ten.test_the_timer_beats_the_payment, without.promising_again, "goods of another shopper"),
    (
        ten.test_the_timer_beats_the_payment,
        without.giving_back_what_came_too_late,
        "held for nothing",
    ),
]
"""Each test, a guard against its loss, and the failure of the test without it."""

NETS: dict[without.TakeOut, str] = {
    without.one_open_payment: "payment_sessions_one_open_idx",
    without.a_conditional_promise: "stock_reserved_check",
    without.a_conditional_debit: "stored_value_accounts_balance_check",
    without.a_conditional_use: "coupons_redemption_count_check",
}
"""The database constraints below a guard, which hide that it is gone."""
FOUND: dict[without.TakeOut, set[str]] = {
    without.a_conditional_promise: {"I7"},
    without.a_conditional_debit: {"I14"},
    without.a_conditional_use: {"I15"},
    without.reading_under_the_lock: {"I2"},
    without.adding_up: {"I2"},
    without.promising_again: {"I8"},
}
"""The additional findings of the consistency check."""


@pytest.mark.parametrize(
    ("scenario", "remove_guard", "says"),
    [
        pytest.param(*row, id=f"{row[0].__name__[5:]}-{row[1].__name__}")
        for row in sample(CAUGHT, 4)
    ],
)
def test_the_scenario_fails_without_its_guard(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    scenario: Scenario,
    remove_guard: without.TakeOut,
    says: str,
) -> None:
    remove_guard(monkeypatch)
    with without.net(shop, NETS.get(remove_guard)):
        with pytest.raises(AssertionError, match=says):
            scenario(shop)
        assert FOUND.get(remove_guard, set()) <= set(shop.violations())


def test_every_loss_has_a_removed_guard() -> None:
    reported = [name for name in vars(ten) if name.startswith("test_")]
    assert list(dict.fromkeys(scenario.__name__ for scenario, *_ in CAUGHT)) == reported
    assert len(reported) == 10
