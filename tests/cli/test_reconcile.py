"""Both sides of card payments are compared: differences are reported, and missed changes are applied."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app.core.ids import new_id
from app.core.payment_processing import scheduled
from app.core.provider import OutcomeUnknown
from tests.drivers.payments import BY_CARD, ask, authorised, collected
from tests.drivers.shop import Shop
from tests.fakes.provider import silent


def run(shop: Shop, *words: str) -> tuple[int, Any]:
    result = shop.app.test_cli_runner().invoke(args=["reconcile", "--json", *words])
    return result.exit_code, json.loads(result.output) if result.output else None


def test_equal_sides_have_no_differences(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    collected(shop, {"A": 1})
    assert run(shop) == (0, {"caught_up": 0, "differences": []})


def test_a_successful_payment_without_its_webhook_is_applied(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed = shop.order({"A": 1}, payment=BY_CARD)
    ask(shop, placed)
    seen = shop.provider.pay(placed.number)
    code, reported = run(shop, "--dry-run")
    assert (code, reported["caught_up"]) == (1, 0)
    assert reported["differences"] == [
        {
            "provider_id": seen.id, "order_number": placed.number,
            "ours": ["open", 0, 0, 0], "theirs": ["authorised", 0, 0, 0],
        }
    ]  # fmt: skip
    assert shop.seen(placed)["status"] == "unpaid"
    assert run(shop) == (0, {"caught_up": 1, "differences": []})
    assert shop.seen(placed)["status"] == "placed"
    assert shop.violations() == {}


def test_a_record_that_only_one_side_has_stays_a_difference(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    kept, seen = collected(shop, {"A": 1})
    theirs = replace(seen, id="pi_of_somebody", payment_id=new_id())
    unnamed = replace(seen, id="pi_unnamed", payment_id=None)
    shop.provider.payments = {one.id: one for one in (theirs, unnamed)}
    code, reported = run(shop)
    assert code == 1
    captured = ["captured", 1000, 0, 0]
    assert sorted(reported["differences"], key=lambda one: one["provider_id"]) == [
        {
            "provider_id": seen.id, "order_number": kept.number, "ours": captured, "theirs": None,
        },
        {
            "provider_id": "pi_of_somebody", "order_number": None, "ours": None, "theirs": captured,
        },
        {"provider_id": "pi_unnamed", "order_number": None, "ours": None, "theirs": captured},
    ]  # fmt: skip
    assert run(shop)[0] == 1, "again, until staff resolve it"
    words = shop.app.test_cli_runner().invoke(args=["reconcile"]).output
    assert (
        f"{seen.id} ({kept.number}): ours captured, captured 1000, refunded 0; theirs none" in words
    )


def test_a_refund_from_the_providers_dashboard_is_applied(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    shop.provider.refund(seen.id, 400, new_id(), "by hand")
    assert run(shop) == (0, {"caught_up": 1, "differences": []})
    assert shop.seen(placed)["paid"] == 600


def test_an_unavailable_provider_is_not_a_difference(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    _, seen = authorised(shop, {"A": 1})
    del shop.provider.payments[seen.id]
    shop.provider.before["get_payment"] = silent()
    result = shop.app.test_cli_runner().invoke(args=["reconcile"])
    assert (result.exit_code, "does not respond" in result.output) == (1, True)


def test_no_transaction_is_open_during_calls_to_the_provider(shop: Shop) -> None:
    shop.stock("A", 1000, lds=5)
    _, seen = authorised(shop, {"A": 1})
    del shop.provider.payments[seen.id]
    taken: list[int] = []
    shop.provider.watch = lambda: taken.append(shop.engine.pool.checkedout())
    run(shop)
    assert taken == [0]


def test_a_dispute_without_its_webhook_is_a_difference_until_the_job_applies_it(
    shop: Shop,
) -> None:
    shop.stock("A", 1000, lds=5)
    placed, seen = collected(shop, {"A": 1})
    shop.provider.dispute(seen.id, 1000)
    assert run(shop, "--dry-run")[0] == 1
    assert scheduled.reconcile_day(shop.runner, shop.engine) == 1
    assert run(shop) == (0, {"caught_up": 0, "differences": []})
    assert shop.seen(placed)["paid"] == 0


def test_the_job_retries_if_the_provider_does_not_respond(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recent(_: Any) -> Any:
        raise OutcomeUnknown("time-out")

    monkeypatch.setattr(shop.provider, "list_payments", recent)
    assert scheduled.reconcile_day(shop.runner, shop.engine) == 0
