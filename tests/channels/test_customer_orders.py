"""A shopper's own orders: those of the account, and those placed as a guest."""

from datetime import timedelta
from typing import Any

import pytest

from tests.drivers.shop import LEEDS, Shop, checkout_body, new_key
from tests.drivers.shopper import ADA, BOB, Shopper


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    for sku in ("MUG", "LAMP", "CLOCK"):
        shop.stock(sku, 1000, lds=100, yrk=100)
    return shop


def key(cart: dict[str, Any]) -> dict[str, Any]:
    return {"id": cart["id"], "token": cart["token"]}


def claimable(shopper: Shopper) -> list[str]:
    return [one["number"] for one in shopper.account("GET", "/claimable-orders")["items"]]


def test_an_order_of_the_account_opens_without_its_token(stocked: Shop) -> None:
    ada = Shopper(stocked)
    cart = ada.sign_in(cart=key(stocked.cart({"MUG": 2})))["cart"]
    body = checkout_body(2000)
    placed = ada.call("POST", f"carts/{cart}/checkout", body, **{"Idempotency-Key": new_key()})
    number = placed.get_json()["number"]
    (listed,) = ada.account("GET", "/orders")["items"]
    assert (listed["number"], listed["status"], listed["total"]) == (number, "placed", 2000)
    assert (listed["location"], listed["started_channel"], listed["terms_version"]) == (
        LEEDS,
        "web",
        "1",
    )
    assert ada.call("GET", f"orders/{number}").get_json()["fulfilments"][0]["code"]
    assert ada.call("GET", f"orders/{number}/price-breakdown").get_json()["total"] == 2000
    assert ada.call("POST", f"orders/{number}/arrived").status_code == 200
    bob = Shopper(stocked)
    bob.sign_in(email=BOB)
    assert bob.account("GET", "/orders")["items"] == []
    for path in ("", "/price-breakdown", "/events"):
        assert bob.call("GET", f"orders/{number}{path}").status_code == 401
    assert bob.call("GET", f"carts/{cart}").status_code == 401
    assert ada.call("GET", "account/cart").status_code == 404


def test_guest_orders_with_a_verified_address_can_be_claimed(stocked: Shop) -> None:
    number = stocked.order({"MUG": 1}).number
    contact = checkout_body(0)["contact"]
    others = [
        contact | {"email": "eve@example.com", "phone": None},
        contact | {"email": "x@y.example"},
    ]
    stocked.order({"MUG": 1}, contact=others[0])
    by_phone = stocked.order({"MUG": 1}, contact=others[1]).number
    stocked.change("UPDATE contacts SET email = NULL WHERE email = 'x@y.example'")
    mistyped = contact | {"email": "other@example.com"}
    stocked.order({"MUG": 1}, contact=mistyped)
    ada = Shopper(stocked)
    assert ada.sign_in(email="ADA@example.com")["claimable_orders"] == 1
    assert ada.account("GET", "/orders")["items"] == [], "nothing is claimed unasked"
    assert claimable(ada) == [number]
    theirs = [number, "0000000000"]
    assert ada.account("POST", "/claimed-orders", {"orders": theirs}) == {"orders": [number]}
    assert [one["number"] for one in ada.account("GET", "/orders")["items"]] == [number]
    requested = ada.account("POST", "/contact-methods", {"phone": "0113 4960000"})["challenge"]
    given = {"challenge": requested, "code": ada.read(requested)}
    assert ada.account("POST", "/contact-methods/verify", given) == {"claimable_orders": 1}
    assert ada.claim_orders() == [by_phone]
    assert {one["number"] for one in ada.account("GET", "/orders")["items"]} == {number, by_phone}
    assert ada.sign_in()["claimable_orders"] == 0
    assert stocked.violations() == {}


def test_an_order_of_another_customer_cannot_be_claimed(stocked: Shop) -> None:
    bob = Shopper(stocked)
    bob.sign_in(email=BOB)
    cart = bob.account("PUT", "/cart", {"guest": key(stocked.cart({"MUG": 1}))})["id"]
    body = checkout_body(1000)  # with Ada's address
    bob.call("POST", f"carts/{cart}/checkout", body, **{"Idempotency-Key": new_key()})
    assert Shopper(stocked).sign_in(email=ADA)["claimable_orders"] == 0


def test_orders_are_listed_page_by_page_newest_first(stocked: Shop) -> None:
    numbers = []
    for _ in range(5):
        numbers.append(stocked.order({"MUG": 1}).number)
        stocked.clock.advance(timedelta(hours=1))
    ada = Shopper(stocked)
    ada.sign_in()
    ada.claim_orders()
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ada.account("GET", f"/orders?limit=2{cursor and '&cursor=' + cursor}")
        seen += [one["number"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == numbers[::-1]


def test_prices_of_the_customers_group_apply_in_cart_and_order(stocked: Shop) -> None:
    trade = {"code": "trade", "name": "Trade", "currency": "GBP", "customer_group": "trade"}
    stocked.merchant("POST", "price-lists", trade)
    price = {"sku": "MUG", "list": "trade", "price": {"amount": 700, "currency": "GBP"}}
    stocked.merchant("PUT", "prices", {"prices": [price]})
    stocked.promote("amount", {"amount": 5}, "TRADE", conditions={"customer_groups": ["trade"]})
    guest = stocked.cart({"MUG": 1, "LAMP": 1})
    assert guest["quote"]["total"] == 2000
    ada = Shopper(stocked)
    ada.sign_in(cart=key(guest))
    assert ada.account("GET", "/cart")["quote"]["total"] == 2000
    stocked.change("UPDATE customers SET customer_group = 'trade'")
    cart = ada.account("GET", "/cart")
    assert cart["quote"]["total"] == 700 + 1000 - 5
    order = ada.call(
        "POST",
        f"carts/{cart['id']}/checkout",
        checkout_body(1695),
        **{"Idempotency-Key": new_key()},
    ).get_json()
    assert order["total"] == 1695
    shown = ada.call("GET", f"orders/{order['number']}/price-breakdown").get_json()
    assert (shown["total"], shown["hash"]) == (1695, order["quote_hash"])
    assert stocked.violations() == {}


def test_a_first_order_discount_is_for_the_person_and_not_for_each_address(stocked: Shop) -> None:
    stocked.promote("amount", {"amount": 5}, "FIRST", conditions={"first_order": True})
    ada = Shopper(stocked)
    statuses = []
    for email in (ADA, "ada@work.example"):
        guest = stocked.cart({"MUG": 1})
        cart = ada.sign_in(cart=key(guest))["cart"]
        body = checkout_body(995)
        body["contact"]["email"] = email
        headers = {"Idempotency-Key": new_key()}
        answer = ada.call("POST", f"carts/{cart}/checkout", body, **headers)
        statuses.append((answer.status_code, answer.get_json().get("code")))
    assert statuses == [(201, None), (409, "price_changed")]
