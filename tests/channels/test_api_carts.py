"""From the first item to the order: the content of a cart, and the reasons to refuse a checkout."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.concurrency import at_once, meanwhile, wait_for_a_lock
from tests.drivers.refusals import refusal
from tests.drivers.shop import Shop
from tests.reads.stock import Levels

API = "/api/v1"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("MUG", 999, lds=5, yrk=8)
    shop.stock("LAMP", 2400, safety=1, lds=3)
    return shop


def put(shop: Shop, cart: dict[str, Any], sku: str, quantity: int):
    path = f"{API}/carts/{cart['id']}/lines/{sku}"
    return shop.call("PUT", path, cart["token"], {"quantity": quantity})


def get(shop: Shop, cart: dict[str, Any]):
    return shop.call("GET", f"{API}/carts/{cart['id']}", cart["token"])


def withdraw(shop: Shop, *skus: str) -> None:
    for sku in skus:
        shop.change("UPDATE variants SET active = false WHERE sku = :sku", sku=sku)


def test_a_cart_shows_its_quote_after_each_change(stocked: Shop) -> None:
    cart = stocked.cart({})
    assert cart["quote"]["total"] == 0
    for sku, quantity, total in (
        ("MUG", 3, 2997),
        ("LAMP", 1, 5397),
        ("MUG", 1, 3399),
        ("MUG", 0, 2400),
    ):
        changed = put(stocked, cart, sku, quantity).get_json()
        assert changed["quote"]["total"] == total
        assert get(stocked, cart).get_json() == changed
    assert [line["sku"] for line in changed["lines"]] == ["LAMP"]


def test_a_cart_shows_the_stock_of_its_store_and_never_less_than_zero(stocked: Shop) -> None:
    stocked.stock("RARE", 100, safety=2, lds=1)
    cart = stocked.cart({"MUG": 1, "LAMP": 1, "RARE": 1})
    assert {line["sku"]: line["available"] for line in cart["lines"]} == {
        "LAMP": 2,
        "MUG": 5,
        "RARE": 0,
    }
    before_a_store = stocked.client.post(f"{API}/carts").get_json()
    assert put(stocked, before_a_store, "MUG", 1).get_json()["lines"][0]["available"] is None


def test_removing_an_item_that_is_not_in_the_cart_changes_nothing(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    assert put(stocked, cart, "LAMP", 0).get_json()["quote"] == cart["quote"]


def test_a_cart_has_at_most_200_different_items(shop: Shop) -> None:
    for number in range(201):
        shop.stock(f"S{number}", 1, lds=1)
    (cart,) = shop.carts([{f"S{number}": 1 for number in range(200)}])
    assert refusal(put(shop, cart, "S200", 1)) == (422, "invalid")
    assert shop.checkout(cart).status_code == 201


def test_a_changed_price_is_returned_with_the_new_quote_and_no_order_is_placed(
    stocked: Shop,
) -> None:
    cart = stocked.cart({"MUG": 2})
    stocked.set_price("MUG", 1099)
    answer = stocked.checkout(cart)
    assert refusal(answer) == (409, "price_changed")
    assert answer.get_json()["errors"]["quote"] == get(stocked, cart).get_json()["quote"] | {
        "lines": answer.get_json()["errors"]["quote"]["lines"]
    }
    assert answer.get_json()["errors"]["quote"]["total"] == 2198
    assert stocked.order_records() == []
    assert stocked.checkout(cart, expected_total=2198).status_code == 201


def test_a_lower_price_must_be_accepted_too(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    stocked.set_price("MUG", 1)
    assert refusal(stocked.checkout(cart)) == (409, "price_changed")


def test_an_order_keeps_its_price_when_the_catalogue_changes(stocked: Shop) -> None:
    placed = stocked.order({"MUG": 2})
    stocked.set_price("MUG", 1)
    withdraw(stocked, "MUG")
    stocked.make_ready(placed)
    assert stocked.hand_over(placed, 1998).status_code == 200
    assert stocked.violations() == {}


def test_an_empty_cart_cannot_be_ordered(stocked: Shop) -> None:
    assert refusal(stocked.checkout(stocked.cart({}))) == (409, "cart_incomplete")


def test_a_cart_without_a_store_cannot_be_ordered(stocked: Shop) -> None:
    cart = stocked.client.post(f"{API}/carts").get_json()
    put(stocked, cart, "MUG", 1)
    assert refusal(stocked.checkout(cart)) == (409, "cart_incomplete")


def test_a_cart_becomes_one_order_and_is_then_closed(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    assert stocked.checkout(cart).status_code == 201
    chosen = {"type": "pickup", "location": "yrk"}
    path = f"{API}/carts/{cart['id']}/fulfilment"
    for answer in (
        stocked.checkout(cart), put(stocked, cart, "MUG", 2), put(stocked, cart, "MUG", 0),
        stocked.call("PUT", path, cart["token"], chosen),
    ):  # fmt: skip
        assert refusal(answer) == (409, "cart_ordered")
    assert stocked.levels("MUG") == Levels(5, 1, 4)


def test_two_simultaneous_checkouts_of_one_cart_place_one_order(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    statuses = sorted(a.status_code for a in at_once(*[lambda: stocked.checkout(cart)] * 4))
    assert statuses == [201, 409, 409, 409]
    assert stocked.levels("MUG") == Levels(5, 1, 4)


def test_an_item_added_during_the_checkout_is_refused(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    with stocked.engine.connect() as holder:
        holder.execute(text("SELECT 1 FROM stock FOR NO KEY UPDATE"))
        with meanwhile(lambda: stocked.checkout(cart)) as checkout:
            wait_for_a_lock(stocked.engine)
            with meanwhile(lambda: put(stocked, cart, "MUG", 5)) as late:
                wait_for_a_lock(stocked.engine, 2)
                holder.rollback()
    assert checkout.result().get_json()["total"] == 999
    assert refusal(late.result()) == (409, "cart_ordered")


def test_a_withdrawn_item_is_marked_and_can_be_removed(stocked: Shop) -> None:
    stocked.stock("BOWL", 500, lds=5)
    cart = stocked.cart({"MUG": 1, "LAMP": 1, "BOWL": 1})
    withdraw(stocked, "MUG", "LAMP")
    shown = get(stocked, cart).get_json()
    assert {line["sku"]: line["available_for_sale"] for line in shown["lines"]} == {
        "BOWL": True, "LAMP": False, "MUG": False,
    }  # fmt: skip
    assert shown["quote"]["total"] == 500
    answer = stocked.checkout(cart, expected_total=500)
    assert refusal(answer) == (409, "product_unavailable")
    assert answer.get_json()["errors"]["skus"] == ["LAMP", "MUG"]
    for sku in ("MUG", "LAMP"):
        assert put(stocked, cart, sku, 0).status_code == 200
    assert stocked.checkout(cart, expected_total=500).status_code == 201


@pytest.mark.parametrize(
    "gone",
    [
        "UPDATE variants SET active = false",
        "UPDATE products SET status = 'archived'",
        "UPDATE products SET status = 'draft'",
    ],
)
def test_a_variant_that_is_not_on_sale_cannot_be_added(stocked: Shop, gone: str) -> None:
    cart = stocked.cart({})
    stocked.change(gone)
    assert refusal(put(stocked, cart, "MUG", 1)) == (404, "not_found")


def test_a_variant_without_a_price_is_not_on_sale(stocked: Shop) -> None:
    stocked.stock("SOON", 100, lds=1)
    stocked.change(
        "ALTER TABLE prices DISABLE TRIGGER USER",
        "UPDATE prices SET starts_at = '2099-01-01' WHERE amount = 100",
        "ALTER TABLE prices ENABLE TRIGGER USER",
    )
    cart = stocked.cart({"SOON": 1})
    assert (cart["quote"]["total"], cart["lines"][0]["available_for_sale"]) == (0, False)
    assert refusal(stocked.checkout(cart)) == (409, "product_unavailable")


def test_a_price_begins_at_its_moment(stocked: Shop) -> None:
    stocked.change(
        "INSERT INTO prices (id, variant_id, currency, amount, starts_at, event_id) "
        "SELECT gen_random_uuid(), v.id, 'GBP', 500, :at, p.event_id FROM variants v, prices p "
        "WHERE v.sku = 'MUG' AND p.variant_id = v.id",
        at=stocked.clock.now() + timedelta(minutes=10),
    )
    assert stocked.cart({"MUG": 1})["quote"]["total"] == 999
    stocked.clock.advance(timedelta(minutes=10))
    assert stocked.cart({"MUG": 1})["quote"]["total"] == 500


def test_missing_stock_is_reported_by_line_with_the_stores_that_have_it(stocked: Shop) -> None:
    answer = stocked.checkout(stocked.cart({"MUG": 6, "LAMP": 3}))
    assert refusal(answer) == (409, "insufficient_stock")
    assert answer.get_json()["errors"]["lines"] == [
        {"sku": "LAMP", "wanted": 3, "available": 2, "elsewhere": []},
        {
            "sku": "MUG", "wanted": 6, "available": 5,
            "elsewhere": [{"location": "yrk", "available": 8, "distance_km": 35.3}],
        },
    ]  # fmt: skip
    assert stocked.order_records() == []


def test_a_store_that_stopped_offering_pickup_accepts_no_order(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    stocked.change("UPDATE locations SET offers_pickup = false WHERE code = 'lds'")
    assert refusal(stocked.checkout(cart)) == (409, "cart_incomplete")
    chosen = {"type": "pickup", "location": "lds"}
    path = f"{API}/carts/{cart['id']}/fulfilment"
    assert refusal(stocked.call("PUT", path, cart["token"], chosen)) == (404, "not_found")


def test_a_store_without_opening_hours_accepts_no_order(stocked: Shop) -> None:
    cart = stocked.cart({"MUG": 1})
    stocked.change("UPDATE locations SET hours = '[[],[],[],[],[],[],[]]'")
    answer = stocked.checkout(cart)
    assert refusal(answer) == (409, "store_closed")
    found = stocked.client.get(f"{API}/availability?line=MUG:1").get_json()["items"]
    assert [store["ready_by"] for store in found] == [None, None]


def test_a_free_cart_can_be_ordered_and_collected_without_payment(stocked: Shop) -> None:
    stocked.stock("FREE", 0, lds=1)
    placed = stocked.order({"FREE": 1})
    stocked.make_ready(placed)
    assert stocked.hand_over(placed, 0).get_json()["paid"] == 0
    assert stocked.violations() == {}
