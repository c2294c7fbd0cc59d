"""Merchants manage price lists and set prices, from now on or later."""

from datetime import timedelta
from typing import Any

import pytest

from tests.concurrency import at_once
from tests.drivers.catalogue import call, done, events, refused
from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop

APP = {
    "code": "app", "name": "Prices of the app", "currency": "GBP", "channel": "app", "priority": 10,
    "reason": "Launch of the app", "approved_by": "Charles",
}  # fmt: skip


def price(amount: int, sku: str = "MUG", **different: Any) -> dict[str, Any]:
    return {"sku": sku, "price": {"amount": amount, "currency": "GBP"}, **different}


def put(shop: Shop, *prices: dict[str, Any]) -> dict[str, Any]:
    return done(shop, "PUT", "prices", {"prices": list(prices)})


def later(shop: Shop, **by: float) -> str:
    return (shop.clock.now() + timedelta(**by)).isoformat()


def history(shop: Shop, sku: str = "MUG") -> list[tuple[Any, ...]]:
    rows = done(shop, "GET", f"variants/{sku}/prices")["prices"]
    return [(row["list"], row["min_quantity"], row["amount"], row["status"]) for row in rows]


def wrong(shop: Shop, *prices: dict[str, Any]) -> dict[str, Any]:
    """Return the error of each price, by its position."""
    answer = call(shop, "PUT", "prices", {"prices": list(prices)})
    assert refusal(answer) == (422, "invalid")
    reported: dict[str, Any] = answer.get_json()["errors"]["prices"]
    return reported


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.stock("MUG", 1000, lds=10)
    return shop


def test_a_price_list_is_created_and_listed_by_priority(shop: Shop) -> None:
    made = done(shop, "POST", "price-lists", APP)
    assert made == APP | {
        "customer_group": None, "location": None, "created_at": made["created_at"],
    }  # fmt: skip
    done(shop, "POST", "price-lists", {"code": "trade", "name": "Trade", "currency": "GBP",
                                       "customer_group": "trade", "priority": 5})  # fmt: skip
    listed = done(shop, "GET", "price-lists")["items"]
    assert [each["code"] for each in listed] == ["trade", "app"]
    assert events(shop)[0][0] == "price_list.created"


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": " "}, "reason"),
        ({"approved_by": ""}, "approved_by"),
        ({"channel": None, "location": "lds", "reason": ""}, "reason"),
        ({"channel": "fax"}, "channel"),
        ({"location": "nowhere"}, "location"),
        ({"currency": "EUR"}, "currency"),
        ({"code": "a b"}, "code"),
        ({"priority": -1}, "priority"),
    ],
)
def test_an_impossible_price_list_is_refused_by_field(
    shop: Shop, different: dict[str, Any], field: str
) -> None:
    answer = call(shop, "POST", "price-lists", APP | different)
    assert refusal(answer) == (422, "invalid")
    assert field in answer.get_json()["errors"]
    assert shop.count("price_lists") == 0


def test_a_code_belongs_to_one_list_also_for_two_simultaneous_requests(shop: Shop) -> None:
    answers = at_once(*[lambda: call(shop, "POST", "price-lists", APP).status_code] * 2)
    assert sorted(answers) == [201, 409]
    assert refused(shop, "POST", "price-lists", APP) == (409, "price_list_taken")


def test_a_price_begins_now_and_is_shown_with_its_history(shop: Shop) -> None:
    assert put(shop, price(900)) == {"set": 1, "unchanged": 0}
    [old, new] = done(shop, "GET", "variants/MUG/prices")["prices"]
    assert (old["amount"], old["status"], old["set_by"], old["client"]) == (
        1000, "past", "system", None,
    )  # fmt: skip
    assert old["ends_at"] == new["starts_at"]
    assert (new["amount"], new["status"], new["set_by"], new["client"]) == (
        900, "in_force", "merchant", "Console",
    )  # fmt: skip
    assert new["set_at"] == new["starts_at"]


def test_each_change_has_one_event_with_all_prices(shop: Shop) -> None:
    put(shop, price(900), price(800, min_quantity=5))
    [(kind, payload)] = events(shop)
    assert kind == "prices.set"
    reported = [
        (one["sku"], one["min_quantity"], one["old_amount"], one["amount"])
        for one in payload["prices"]
    ]
    assert reported == [("MUG", 1, 1000, 900), ("MUG", 5, None, 800)]


def test_a_price_that_is_set_already_changes_nothing(shop: Shop) -> None:
    later_on = price(700, starts_at=later(shop, days=2))
    assert put(shop, price(900), later_on) == {"set": 2, "unchanged": 0}
    shop.clock.advance(timedelta(days=1))
    assert put(shop, price(900), later_on) == {"set": 0, "unchanged": 2}
    shop.clock.advance(timedelta(days=2))
    assert put(shop, later_on) == {"set": 0, "unchanged": 1}, "also when it began long ago"
    assert shop.count("prices") == 3
    assert len(events(shop)) == 1


def test_a_scheduled_price_cannot_be_changed_but_a_later_one_can_follow(shop: Shop) -> None:
    put(shop, price(900, starts_at=later(shop, days=1)))
    answer = call(shop, "PUT", "prices", {"prices": [price(800, starts_at=later(shop, days=1))]})
    assert refusal(answer) == (409, "price_exists_at_time")
    assert "later" in answer.get_json()["errors"]["prices"]["0"]["starts_at"][0]
    put(shop, price(800, starts_at=later(shop, days=1, seconds=1)))
    shop.clock.advance(timedelta(days=1, seconds=2))
    assert [row[2:] for row in history(shop)] == [(1000, "past"), (900, "past"), (800, "in_force")]


def test_a_repeated_price_in_a_request_counts_once_and_a_different_one_is_refused(
    shop: Shop,
) -> None:
    assert put(shop, price(900), price(900)) == {"set": 1, "unchanged": 1}
    shop.clock.advance(timedelta(days=1))
    two = {"prices": [price(800), price(700)]}
    assert refused(shop, "PUT", "prices", two) == (409, "price_exists_at_time")
    assert shop.count("prices") == 2


def test_the_base_price_applies_after_the_end_of_a_list_price(shop: Shop) -> None:
    done(shop, "POST", "price-lists", APP)
    put(shop, price(900, list="app"))
    shop.clock.advance(timedelta(days=1))
    ending = {"sku": "MUG", "price": None, "list": "app"}
    assert put(shop, ending) == {"set": 1, "unchanged": 0}
    shop.clock.advance(timedelta(days=1))
    assert put(shop, ending) == {"set": 0, "unchanged": 1}
    assert history(shop) == [
        (None, 1, 1000, "in_force"), ("app", 1, 900, "past"), ("app", 1, None, "in_force"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (price(-1), "amount"),
        (price(900, sku="NONE"), "sku"),
        (price(900, list="none"), "list"),
        ({"sku": "MUG", "price": {"amount": 900, "currency": "EUR"}}, "price"),
        (price(900, compare_at=900), "compare_at"),
        (price(900, starts_at="2054-11-24T11:59:59+00:00"), "starts_at"),
        ({"sku": "MUG", "price": None}, "amount"),
        (price(900, min_quantity=0), "min_quantity"),
        (price(900, starts_at="2054-11-25T12:00:00"), "starts_at"),
        (price(900, starts_at="2100-01-01T00:00:00Z"), "starts_at"),
        (price(900, starts_at="9999-12-31T23:59:59-12:00"), "starts_at"),
    ],
)
def test_a_wrong_price_is_reported_by_its_position_and_nothing_is_set(
    shop: Shop, row: dict[str, Any], field: str
) -> None:
    assert field in wrong(shop, price(900), row)["1"]
    assert shop.count("prices") == 1


def test_a_tier_of_a_list_needs_the_lists_price_for_one_unit(shop: Shop) -> None:
    """Otherwise it would never apply, silently."""
    done(shop, "POST", "price-lists", APP)
    one, ten = price(900, list="app"), price(700, list="app", min_quantity=10)
    [cure] = wrong(shop, ten)["0"]["min_quantity"]
    assert "no price for one unit" in cure
    at = later(shop, days=1)
    wrong(shop, {**one, "starts_at": at}, ten)
    assert put(shop, {**ten, "starts_at": at}, {**one, "starts_at": at}) == {
        "set": 2, "unchanged": 0,
    }  # fmt: skip
    shop.clock.advance(timedelta(days=2))
    assert put(shop, {**ten, "min_quantity": 5}) == {"set": 1, "unchanged": 0}
    shop.clock.advance(timedelta(days=1))
    put(shop, {**one, "price": None})
    shop.clock.advance(timedelta(days=1))
    wrong(shop, {**ten, "min_quantity": 7})
    assert put(shop, {**ten, "price": None}) == {"set": 1, "unchanged": 0}, "an ending may come"


def test_a_price_in_another_currency_than_its_list_is_refused(shop: Shop) -> None:
    done(shop, "POST", "price-lists", APP)
    shop.change("UPDATE price_lists SET currency = 'EUR'")
    [cure] = wrong(shop, price(900, list="app"))["0"]["currency"]
    assert cure == "Price list app is in EUR: send the price in it."


@pytest.mark.parametrize(
    "body", [{}, {"prices": []}, {"prices": [{}]}, {"prices": [price(1)] * 1001}]
)
def test_an_invalid_request_is_refused(shop: Shop, body: Any) -> None:
    assert refused(shop, "PUT", "prices", body) == (422, "invalid")


def test_a_repeated_key_gives_the_same_response(shop: Shop) -> None:
    body = {"prices": [price(900)]}
    first, second = (call(shop, "PUT", "prices", body, key="k").data for _ in range(2))
    assert first == second
    assert shop.count("prices") == 2


def test_an_unknown_variant_has_no_price_history(shop: Shop) -> None:
    assert refused(shop, "GET", "variants/NONE/prices") == (404, "not_found")


def test_a_variant_without_a_price_has_an_empty_history(shop: Shop) -> None:
    done(shop, "POST", "products", {"title": "Cup", "variants": [{"sku": "CUP"}]})
    assert history(shop, "CUP") == []


def test_one_of_two_simultaneous_different_prices_for_one_moment_is_refused(shop: Shop) -> None:
    at = later(shop, days=1)
    bodies = [{"prices": [price(amount, starts_at=at)]} for amount in (900, 800)]
    answers = at_once(*(lambda body=body: call(shop, "PUT", "prices", body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {answer.get_json().get("code") for answer in answers} == {None, "price_exists_at_time"}


def test_one_of_two_simultaneous_equal_prices_changes_nothing(shop: Shop) -> None:
    body = {"prices": [price(900, starts_at=later(shop, days=1))]}
    answers = at_once(*[lambda: call(shop, "PUT", "prices", body).get_json()] * 2)
    assert sorted(answer["set"] for answer in answers) == [0, 1]
