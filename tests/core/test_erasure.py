"""Erasure of a customer during other transactions, and the data of others that stays."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.core.errors import Conflict
from app.core.privacy.erasure import EraseCustomer, erase_customer
from tests import concurrency
from tests.drivers import customers
from tests.drivers.catalogue import done
from tests.drivers.shop import Placed, Shop, checkout_body, new_key
from tests.drivers.shopper import ADA, BOB, Shopper


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shop.stock("MUG", 800, lds=50)
    ada = Shopper(shop, app=True)
    ada.sign_in()
    return ada


def find_customer_id(shop: Shop, email: str = ADA) -> str:
    return str(shop.customer_id(email))


def erase(shop: Shop, customer: str) -> UUID:
    erasure: UUID = shop.runner.perform(erase_customer, EraseCustomer(UUID(customer)))
    return erasure


def erased(shop: Shop) -> set[str]:
    return {str(customer.id) for customer in shop.customers() if customer.erased_at}


@contextmanager
def halfway(shop: Shop, lock: str) -> Iterator[Any]:
    """Hold a lock that an erasure needs in its middle."""
    with shop.engine.begin() as blocker:
        blocker.exec_driver_sql(lock)
        yield blocker


@pytest.mark.parametrize("before", [True, False])
def test_a_merge_or_undo_that_commits_first_decides_who_is_erased(shop: Shop, before: bool) -> None:
    stays, other = customers.add(shop), customers.add(shop)
    tie = f"UPDATE customers SET merged_into_id = %s WHERE id = '{other}'"
    if before:
        shop.change(tie % f"'{stays}'")
    after = "NULL" if before else f"'{stays}'"
    with halfway(shop, "SELECT 1 FROM customers FOR NO KEY UPDATE") as rival:
        erasing = ThreadPoolExecutor(1).submit(erase, shop, stays)
        concurrency.wait_for_a_lock(shop.engine)
        rival.exec_driver_sql(tie % after)
    erasing.result()
    assert erased(shop) == ({stays} if before else {stays, other})


def cart_of(ada: Shopper) -> dict[str, Any]:
    cart = ada.account("PUT", "/cart", {})["id"]
    assert ada.call("PUT", f"carts/{cart}/lines/MUG", {"quantity": 1}).status_code == 200
    chosen = {"type": "pickup", "location": "lds"}
    answer = ada.call("PUT", f"carts/{cart}/fulfilment", chosen)
    return dict(answer.get_json())


def check_out(ada: Shopper, cart: dict[str, Any]) -> Any:
    body = checkout_body(cart["quote"]["total"])
    path = f"carts/{cart['id']}/checkout"
    return ada.call("POST", path, body, Idempotency_Key=new_key())


def test_an_erasure_sees_an_order_that_is_being_placed(shop: Shop, ada: Shopper) -> None:
    """The order waits in a store, so the customer is not erased yet."""
    cart = cart_of(ada)
    pool = ThreadPoolExecutor(2)
    with halfway(shop, "SELECT 1 FROM stock FOR UPDATE"):
        ordering = pool.submit(check_out, ada, cart)
        concurrency.wait_for_a_lock(shop.engine)
        erasing = pool.submit(erase, shop, find_customer_id(shop))
        concurrency.wait_for_a_lock(shop.engine, 2)
    assert ordering.result().status_code == 201
    with pytest.raises(Conflict, match="still waits for this person"):
        erasing.result()
    assert erased(shop) == set()


def test_an_order_placed_after_the_erasure_is_a_guests(shop: Shop, ada: Shopper) -> None:
    cart, her = cart_of(ada), find_customer_id(shop)
    pool = ThreadPoolExecutor(2)
    with halfway(shop, "SELECT 1 FROM contacts FOR UPDATE"):
        erasing = pool.submit(erase, shop, her)
        concurrency.wait_for_a_lock(shop.engine)
        ordering = pool.submit(check_out, ada, cart)
        concurrency.wait_for_a_lock(shop.engine, 2)
    erasing.result()
    assert ordering.result().status_code == 201
    assert shop.order_record().customer_id is None
    assert shop.violations() == {}


ADDRESS = {"name": "Ada", "lines": "1 High Street", "town": "Leeds", "country": "GB"}
CHANGES: list[tuple[str, str, Any]] = [
    ("PUT", "account/wishlist/MUG", None),
    ("POST", "account/addresses", ADDRESS),
    ("PATCH", "account", {"name": "Ada Byron"}),
    ("PUT", "account/password", {"password": "long enough to remember"}),
    ("PATCH", "account/preferences", {"channel": "sms"}),
    ("POST", "account/passkeys/options", None),
    ("POST", "account/contact-methods", {"email": "ada@work.example"}),
    ("POST", "account/contact-methods/verify", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_simultaneous_change_of_the_account_is_not_kept(
    shop: Shop, ada: Shopper, method: str, path: str, body: Any
) -> None:
    her = find_customer_id(shop)
    if path.endswith("verify"):
        requested = ada.account("POST", "/contact-methods", {"email": "ada@work.example"})[
            "challenge"
        ]
        body = {"challenge": requested, "code": ada.read(requested)}
    pool = ThreadPoolExecutor(2)
    with halfway(shop, "SELECT 1 FROM contacts FOR UPDATE"):
        erasing = pool.submit(erase, shop, her)
        concurrency.wait_for_a_lock(shop.engine)
        changing = pool.submit(ada.call, method, path, body)
        concurrency.wait_for_a_lock(shop.engine, 2)
    erasing.result()
    assert changing.result().status_code == 404
    assert shop.violations() == {}


def test_a_simultaneous_sign_in_is_refused(shop: Shop, ada: Shopper) -> None:
    her, phone = find_customer_id(shop), Shopper(shop, app=True)
    requested = phone.ask(email=ADA)
    given = {"challenge": requested, "code": phone.read(requested)}
    pool = ThreadPoolExecutor(2)
    with halfway(shop, "SELECT 1 FROM contacts FOR UPDATE"):
        erasing = pool.submit(erase, shop, her)
        concurrency.wait_for_a_lock(shop.engine)
        entering = pool.submit(phone.call, "POST", "account/sign-in/code", given)
        concurrency.wait_for_a_lock(shop.engine, 2)
    erasing.result()
    assert entering.result().status_code == 403
    assert shop.violations() == {}


def test_guest_orders_with_the_customers_own_address_are_exported_and_erased(
    shop: Shop, ada: Shopper
) -> None:
    her, bob = find_customer_id(shop), Shopper(shop, app=True)
    bob.sign_in(email=BOB)
    guests = shop.order({"MUG": 1})
    shop.call("POST", f"/api/v1/orders/{guests.number}/cancel", guests.token)
    bobs = check_out(bob, cart_of(bob)).get_json()["number"]  # with Ada's address in it
    reported = str(done(shop, "GET", f"customers/{her}/export"))
    assert guests.number in reported
    assert bobs not in reported
    erase(shop, her)
    numbers = [order.number for order in shop.order_records()]
    assert [number for number in numbers if shop.contact(number).email == ADA] == [bobs]
    assert shop.violations() == {}


def test_an_erasure_by_address_keeps_the_name_on_another_customers_order(
    shop: Shop, ada: Shopper
) -> None:
    """Bob's order has Ada's address: the address is erased, but not the name that the counter or an invoice
    needs."""
    bob = Shopper(shop, app=True)
    bob.sign_in(email=BOB)
    placed = check_out(bob, cart_of(bob)).get_json()
    refused = customers.as_owner(shop, "POST", "erasures", {"email": ADA})
    assert refused.get_json()["errors"] == {"orders": [placed["number"]]}
    order = Placed(placed["number"], placed["token"], placed["fulfilments"][0]["code"], placed)
    contact = shop.contact(order)
    assert (contact.name, contact.email) == ("Ada Byron", ADA)
    shop.make_ready(order)
    assert shop.hand_over(order, 800).status_code == 200
    shop.clock.advance(timedelta(minutes=1))
    assert customers.as_owner(shop, "POST", "erasures", {"email": ADA}).status_code == 200
    contact = shop.contact(order)
    assert (contact.name, contact.email) == ("Ada Byron", None)
    assert shop.violations() == {}
