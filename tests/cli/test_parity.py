"""`flask parity` lists the differences between channels or locations, and nothing else."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app.cli.parity import parity
from tests.drivers.catalogue import done
from tests.drivers.shop import Shop

WHY = {"reason": "Launch of the app", "approved_by": "Ada"}


def a_list(shop: Shop, code: str, **different: Any) -> None:
    row = {"code": code, "name": code, "currency": "GBP", **different}
    done(shop, "POST", "price-lists", row)


def set_price(shop: Shop, amount: int | None, sku: str = "MUG", **more: Any) -> None:
    money = None if amount is None else {"amount": amount, "currency": "GBP"}
    done(shop, "PUT", "prices", {"prices": [{"sku": sku, "price": money, **more}]})


def reported(shop: Shop, *options: str) -> str:
    result = shop.app.test_cli_runner().invoke(parity, options)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def shop(shop: Shop) -> Shop:
    for sku in ("MUG", "CUP"):
        shop.stock(sku, 1000, lds=10)
    return shop


def test_equal_prices_and_promotions_are_reported_as_the_same(shop: Shop) -> None:
    a_list(shop, "trade", customer_group="trade")
    set_price(shop, 900, list="trade")
    a_list(shop, "app", channel="app", **WHY)
    set_price(shop, 1000, list="app")
    assert reported(shop) == "Prices and promotions are the same in all channels and stores.\n"
    assert json.loads(reported(shop, "--json")) == {
        "differences": 0,
        "prices": [],
        "promotions": [],
    }


def test_prices_of_a_channel_or_store_are_listed_with_reason_and_approver(shop: Shop) -> None:
    a_list(shop, "app", channel="app", **WHY)
    a_list(shop, "leeds", location="lds", priority=200, **WHY)
    set_price(shop, 900, list="app")
    set_price(shop, 700, list="app", min_quantity=10)
    set_price(shop, 800, min_quantity=5)
    set_price(shop, 1100, sku="CUP", list="leeds")
    assert reported(shop).splitlines() == [
        "app: MUG £9.00 in app, elsewhere £10.00. Launch of the app (Ada)",
        "app: MUG from 5 £9.00 in app, elsewhere £8.00. Launch of the app (Ada)",
        "app: MUG from 10 £7.00 in app, elsewhere £8.00. Launch of the app (Ada)",
        "leeds: CUP £11.00 at lds, elsewhere £10.00. Launch of the app (Ada)",
    ]


def test_a_tier_that_only_the_other_channels_have_is_a_difference(shop: Shop) -> None:
    a_list(shop, "app", channel="app", **WHY)
    set_price(shop, 1000, list="app")
    set_price(shop, 800, min_quantity=10)
    assert reported(shop) == (
        "app: MUG from 10 £10.00 in app, elsewhere £8.00. Launch of the app (Ada)\n"
    )


def test_the_price_elsewhere_is_that_of_the_list_for_everybody(shop: Shop) -> None:
    a_list(shop, "sale", priority=50)
    set_price(shop, 800, list="sale")
    a_list(shop, "app", channel="app", priority=10, **WHY)
    set_price(shop, 1000, list="app")
    assert reported(shop) == "app: MUG £10.00 in app, elsewhere £8.00. Launch of the app (Ada)\n"


def test_a_list_that_never_applies_makes_no_difference(shop: Shop) -> None:
    a_list(shop, "sale", priority=50)
    set_price(shop, 800, list="sale")
    a_list(shop, "behind", channel="app", priority=60, **WHY)
    set_price(shop, 900, list="behind")
    a_list(shop, "tier", channel="web", priority=10, **WHY)
    set_price(shop, 900, list="tier")
    set_price(shop, 700, list="tier", min_quantity=10)
    shop.clock.advance(timedelta(days=1))
    set_price(shop, None, list="tier")
    assert json.loads(reported(shop, "--json"))["prices"] == []


def test_ended_and_future_prices_make_no_difference(shop: Shop) -> None:
    a_list(shop, "app", channel="app", **WHY)
    begins = shop.clock.now() + timedelta(days=3)
    set_price(shop, 900, list="app")
    set_price(shop, 800, sku="CUP", list="app", starts_at=begins.isoformat())
    shop.clock.advance(timedelta(days=1))
    set_price(shop, None, list="app")
    assert json.loads(reported(shop, "--json"))["prices"] == []
    shop.clock.advance(timedelta(days=2))
    [found] = json.loads(reported(shop, "--json"))["prices"]
    assert found == {
        "list": "app", "channel": "app", "location": None, "sku": "CUP", "min_quantity": 1,
        "currency": "GBP", "amount": 800, "base": 1000, **WHY,
    }  # fmt: skip


def test_promotions_of_a_channel_or_store_are_listed(shop: Shop) -> None:
    for code, conditions, ended_at in (
        ("app-10", {"channels": ["app"], "locations": ["lds", "yrk"]}, None),
        ("all", {"channels": [], "min_amount": 100}, None),
        ("old", {"channels": ["app"]}, "2026-01-01"),
    ):
        shop.change(
            "INSERT INTO promotions (id, code, title, currency, kind, terms, scopes, conditions, priority, "
            "exclusive, redemption_count, deactivated_at, reason, approved_by, created_at, event_id) "
            "VALUES (gen_random_uuid(), :code, 'Ten off', 'GBP', 'percentage', '{}', '[{}]', "
            "CAST(:conditions AS jsonb), 100, false, 0, :ended_at, 'Launch of the app', 'Ada', now(), "
            "gen_random_uuid())",
            code=code, conditions=json.dumps(conditions), ended_at=ended_at,
        )  # fmt: skip
    assert reported(shop) == "app-10: “Ten off” only in app at lds, yrk. Launch of the app (Ada)\n"
    [found] = json.loads(reported(shop, "--json"))["promotions"]
    assert found == {
        "code": "app-10", "title": "Ten off", "channels": ["app"], "locations": ["lds", "yrk"], **WHY,
    }  # fmt: skip
