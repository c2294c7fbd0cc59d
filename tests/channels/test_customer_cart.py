"""A guest signs in: the cart becomes the customer's, on every device."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from app.core.carts.cart import MAX_LINES
from tests.concurrency import at_once
from tests.drivers.shop import YORK, Shop
from tests.drivers.shopper import BOB, Shopper


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    for sku in ("MUG", "LAMP", "CLOCK"):
        shop.stock(sku, 1000, lds=100, yrk=100)
    return shop


def key(cart: dict[str, Any]) -> dict[str, Any]:
    return {"id": cart["id"], "token": cart["token"]}


def goods(cart: dict[str, Any]) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in cart["lines"]}


def put(shopper: Shopper, cart_id: str, sku: str, quantity: int) -> dict[str, Any]:
    answer = shopper.call("PUT", f"carts/{cart_id}/lines/{sku}", {"quantity": quantity})
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def test_a_guests_cart_becomes_the_customers_cart_on_every_device(stocked: Shop) -> None:
    guest = stocked.cart({"MUG": 2, "LAMP": 1}, YORK)
    ada, phone = Shopper(stocked), Shopper(stocked, app=True)
    cart_id = ada.sign_in(cart=key(guest))["cart"]
    assert cart_id != guest["id"]
    phone.sign_in()
    seen = [one.account("GET", "/cart") for one in (ada, phone)]
    assert seen[0] == seen[1]
    assert (seen[0]["id"], goods(seen[0])) == (cart_id, {"MUG": 2, "LAMP": 1})
    assert seen[0]["fulfilment"] == {"type": "pickup", "location": YORK}
    put(phone, cart_id, "CLOCK", 3)
    assert goods(ada.account("GET", "/cart")) == {"MUG": 2, "LAMP": 1, "CLOCK": 3}


def test_an_item_in_both_carts_gets_the_larger_quantity_not_the_sum(stocked: Shop) -> None:
    ada = Shopper(stocked)
    ada.sign_in()
    own = ada.account("PUT", "/cart", {})["id"]
    put(ada, own, "MUG", 2)
    put(ada, own, "LAMP", 5)
    guest = stocked.cart({"MUG": 3, "LAMP": 1})
    assert goods(ada.account("PUT", "/cart", {"guest": key(guest)})) == {"MUG": 3, "LAMP": 5}


def test_merging_again_changes_nothing(stocked: Shop) -> None:
    guest = stocked.cart({"MUG": 2})
    ada = Shopper(stocked)
    ada.sign_in(cart=key(guest))
    first = ada.account("GET", "/cart")
    put(ada, first["id"], "MUG", 1)
    assert ada.sign_in(cart=key(guest))["cart"] == first["id"]
    assert goods(ada.account("PUT", "/cart", {"guest": key(guest)})) == {"MUG": 1}
    assert len(stocked.events("cart.merged")) == 1


def test_a_merged_guest_cart_is_closed(stocked: Shop) -> None:
    guest = stocked.cart({"MUG": 2})
    Shopper(stocked).sign_in(cart=key(guest))
    path = f"/api/v1/carts/{guest['id']}"
    answers = [
        stocked.call("PUT", f"{path}/lines/MUG", guest["token"], {"quantity": 1}),
        stocked.checkout(guest),
    ]
    assert [(a.status_code, a.get_json()["code"]) for a in answers] == [(409, "cart_merged")] * 2


def test_another_customers_cart_is_not_merged(stocked: Shop) -> None:
    bobs = stocked.cart({"MUG": 2})
    ada = Shopper(stocked)
    stolen = {"id": bobs["id"], "token": stocked.cart({})["token"]}
    assert ada.sign_in(cart=stolen)["cart"] is None
    assert ada.call("GET", "account/cart").status_code == 404
    assert stocked.checkout(bobs).status_code == 201


def test_an_ordered_cart_is_not_merged(stocked: Shop) -> None:
    guest = stocked.cart({"MUG": 1})
    assert stocked.checkout(guest).status_code == 201
    assert Shopper(stocked).sign_in(email=BOB, cart=key(guest))["cart"] is None


def test_the_guests_token_does_not_open_the_cart_of_the_account(stocked: Shop) -> None:
    """An earlier user of the same browser knows the token."""
    guest = stocked.cart({"MUG": 1})
    ada = Shopper(stocked)
    own = ada.sign_in(cart=key(guest))["cart"]
    assert stocked.call("GET", f"/api/v1/carts/{own}", guest["token"]).status_code == 401
    assert stocked.call("GET", f"/api/v1/carts/{own}", None).status_code == 401
    assert ada.call("GET", f"carts/{own}").status_code == 200
    ada.account("POST", "/sign-out")
    assert ada.call("GET", f"carts/{own}").status_code == 401


def test_a_simultaneous_merge_and_order_of_a_cart_end_in_one_of_the_two(stocked: Shop) -> None:
    for _ in range(5):
        guest = stocked.cart({"MUG": 1})
        ada = Shopper(stocked, app=True)
        ada.sign_in()
        merged, ordered = at_once(
            partial(ada.call, "PUT", "account/cart", {"guest": key(guest)}),
            partial(stocked.checkout, guest),
        )
        assert merged.status_code == 200
        (cart,) = [one for one in stocked.cart_records() if str(one.id) == guest["id"]]
        assert (cart.order_id is None) != (cart.merged_into_id is None)
        assert (ordered.status_code == 201) == (goods(merged.get_json()) == {})
        stocked.change(
            "DELETE FROM cart_lines USING carts c WHERE c.id = cart_id AND c.customer_id IS NOT NULL"
        )


def test_two_devices_that_open_a_cart_at_once_open_one(stocked: Shop) -> None:
    phones = [Shopper(stocked, app=True) for _ in range(6)]
    for phone in phones:
        phone.sign_in()
        stocked.clock.advance(timedelta(minutes=15))
    for phone in phones:
        phone.tokens = phone.refresh().get_json()
    works = [lambda phone=phone: phone.call("PUT", "account/cart", {}) for phone in phones]
    answers = at_once(*works)
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.get_json()["id"] for answer in answers}) == 1


def test_a_cart_never_exceeds_its_limit_after_any_number_of_merges(shop: Shop) -> None:
    for number in range(MAX_LINES + 20):
        shop.stock(f"S-{number:03}", 100)
    carts = shop.carts(
        [
            {f"S-{n:03}": 1 for n in range(MAX_LINES - 10)},
            {f"S-{n:03}": 2 for n in range(100, MAX_LINES + 20)},
        ]
    )
    ada = Shopper(shop)
    ada.sign_in(cart=key(carts[0]))
    held = goods(ada.account("PUT", "/cart", {"guest": key(carts[1])}))
    assert len(held) == MAX_LINES
    assert all(held[f"S-{n:03}"] == 2 for n in range(100, MAX_LINES - 10))


def test_a_merged_customer_keeps_cart_orders_and_prices(stocked: Shop) -> None:
    ada, old = Shopper(stocked), Shopper(stocked)
    ada.sign_in()
    cart = old.sign_in(email=BOB, cart=key(stocked.cart({"MUG": 1})))["cart"]
    stocked.change(
        "UPDATE customers SET customer_group = 'trade' WHERE id = (SELECT customer_id FROM identities "
        "WHERE value = 'ada@example.com')",
        "UPDATE customers SET merged_into_id = (SELECT customer_id FROM identities "
        "WHERE value = 'ada@example.com') WHERE customer_group IS NULL",
    )
    assert ada.account("GET", "/cart")["id"] == cart
    assert old.account("GET")["contact_methods"] == ada.account("GET")["contact_methods"]
    assert old.account("GET")["customer_group"] == "trade"
    stocked.change("UPDATE customers SET merged_into_id = NULL")
    assert ada.call("GET", "account/cart").status_code == 404
    assert old.account("GET")["customer_group"] is None


def test_an_erased_customer_is_signed_out_everywhere(stocked: Shop) -> None:
    ada = Shopper(stocked)
    ada.sign_in()
    stocked.change("UPDATE customers SET erased_at = now()")
    assert ada.call("GET", "account").status_code == 401
