"""Two accounts of one person are merged: both work, and after an undo each is as before."""

from datetime import timedelta
from typing import Any

import pytest

from tests.drivers import customers
from tests.drivers.shop import LEEDS, YORK, Shop, checkout_body, new_key
from tests.drivers.shopper import ADA, BOB, PASSWORD, Shopper
from tests.fakes.passkey import Authenticator

HOME = {"name": "Ada", "lines": "1 High Street", "town": "Leeds", "country": "GB"}
OTHER = "another one, long enough"
BELONGINGS = (
    "account_passkeys", "account_passwords", "cart_lines", "carts", "customers", "identities", "orders",
    "postal_addresses", "preferences", "wishlist_items",
)  # fmt: skip
"""Tables of an account's data; not sessions, because they record when they were last used."""


class Two:
    """Ada and Bob; Bob is Ada with another address."""

    def __init__(self, shop: Shop) -> None:
        for sku in ("MUG", "LAMP"):
            shop.stock(sku, 1000, lds=100, yrk=100)
        self.shop, self.ada, self.bob = shop, Shopper(shop), Shopper(shop)
        self.ada.sign_in(password=PASSWORD)
        self.bob.sign_in(email=BOB, password=OTHER)
        self._fill(self.ada, "MUG", LEEDS, "Kitchen")
        shop.clock.advance(timedelta(minutes=1))
        self._fill(self.bob, "LAMP", YORK, "Light")
        shop.clock.advance(timedelta(minutes=1))
        self.ids = [self._id(ADA), self._id(BOB)]

    def _fill(self, one: Shopper, sku: str, store: str, category: str) -> None:
        one.account("PUT", f"/wishlist/{sku}")
        one.account("POST", "/addresses", HOME | {"label": sku})
        one.account("PATCH", "/preferences", {"store": store, "categories": [category]})
        cart = one.account("PUT", "/cart", {})["id"]
        assert one.call("PUT", f"carts/{cart}/lines/{sku}", {"quantity": 1}).status_code == 200
        requested = one.account("POST", "/passkeys/options")
        credential = Authenticator().create(requested["options"])
        made = {"challenge": requested["challenge"], "credential": credential, "name": sku}
        one.account("POST", "/passkeys", made)

    def _id(self, email: str) -> str:
        return str(self.shop.customer_id(email))

    def belongings(self) -> dict[str, list[Any]]:
        return {table: sorted(self.shop.rows_as_text(table)) for table in BELONGINGS}

    def merge(self) -> str:
        return customers.merge(self.shop, *self.ids)

    def undo(self, merge: str) -> None:
        customers.undo(self.shop, self.ids[0], merge)


@pytest.fixture
def two(shop: Shop) -> Two:
    return Two(shop)


def view(one: Shopper) -> dict[str, Any]:
    """Return everything that an account shows."""
    paths = ("", "/passkeys", "/addresses", "/wishlist", "/preferences", "/cart", "/orders")
    return {path: one.account("GET", path) for path in paths}


def test_a_merged_customer_has_the_data_of_both_in_every_session(two: Two) -> None:
    two.merge()
    assert view(two.ada) == view(two.bob)
    seen = view(two.ada)
    assert seen[""]["passkeys"] == 2
    assert {one["value"] for one in seen[""]["contact_methods"]} == {ADA, BOB}
    for path, name in (("/passkeys", "name"), ("/addresses", "label"), ("/wishlist", "sku")):
        assert {one[name] for one in seen[path]["items"]} == {"MUG", "LAMP"}, path
    assert seen["/preferences"]["store"]["value"] == LEEDS, "of who stayed"
    assert [line["sku"] for line in seen["/cart"]["lines"]] == ["LAMP"], "the last one used"


def test_an_item_on_both_wishlists_is_listed_once_and_removed_once(two: Two) -> None:
    two.bob.account("PUT", "/wishlist/MUG")
    two.merge()
    assert [one["sku"] for one in two.ada.account("GET", "/wishlist")["items"]] == ["MUG", "LAMP"]
    two.ada.account("DELETE", "/wishlist/MUG")
    assert [one["sku"] for one in two.bob.account("GET", "/wishlist")["items"]] == ["LAMP"]


def test_after_an_undo_each_account_is_as_before(two: Two) -> None:
    before, seen = two.belongings(), (view(two.ada), view(two.bob))
    merge = two.merge()
    for one in (two.ada, two.bob):
        assert view(one) != seen[0]
    two.undo(merge)
    assert two.belongings() == before
    assert (view(two.ada), view(two.bob)) == seen
    assert two.shop.violations() == {}


def test_each_address_keeps_the_password_of_its_account(two: Two) -> None:
    merge = two.merge()
    two.bob.account("PUT", "/password", {"password": "a third one, quite new"})
    for email, password, status in (
        (ADA, PASSWORD, 200), (BOB, "a third one, quite new", 200), (BOB, OTHER, 401),
    ):  # fmt: skip
        given = {"email": email, "password": password}
        assert (
            Shopper(two.shop).call("POST", "account/sign-in/password", given).status_code == status
        )
    assert two.ada.call("GET", "account").status_code == 401, "a new password ends all sessions"
    two.undo(merge)
    assert [one["value"] for one in two.bob.account("GET")["contact_methods"]] == [BOB]


def test_guest_orders_of_an_address_follow_it_after_the_undo(two: Two) -> None:
    merge = two.merge()
    contact = {"name": "Bob", "email": BOB}
    placed = two.shop.order({"MUG": 1}, contact=contact)
    two.ada.claim_orders()
    numbers = [one["number"] for one in two.ada.account("GET", "/orders")["items"]]
    assert numbers == [placed.number]
    two.undo(merge)
    assert two.ada.account("GET", "/orders")["items"] == []
    assert [one["number"] for one in two.bob.account("GET", "/orders")["items"]] == [placed.number]


def test_a_first_order_is_the_merged_persons_first_in_either_account(two: Two) -> None:
    two.shop.promote("amount", {"amount": 5}, "FIRST", conditions={"first_order": True})
    two.merge()
    codes = []
    for one, customer in zip((two.ada, two.bob), two.ids, strict=True):
        (cart,) = [each.id for each in two.shop.cart_records() if str(each.customer_id) == customer]
        body = {"type": "pickup", "location": LEEDS}
        assert one.call("PUT", f"carts/{cart}/fulfilment", body).status_code == 200
        sent = checkout_body(995) | {
            "contact": {"name": "Ada", "email": f"{new_key()}@example.com"}
        }
        headers = {"Idempotency-Key": new_key()}
        answer = one.call("POST", f"carts/{cart}/checkout", sent, **headers)
        codes.append((answer.status_code, answer.get_json().get("code")))
    assert codes == [(201, None), (409, "price_changed")]


def test_the_timeline_has_account_events_of_both_records(two: Two) -> None:
    two.merge()
    kinds = customers.kinds(two.shop, two.ids[1])
    for kind in ("account.created", "account.signed_in", "account.password_set"):
        assert kinds.count(kind) == 2, kind
    assert {"account.passkey_added", "account.updated", "customer.preferences_stated"} <= set(kinds)
    assert "account.signed_in" not in customers.kinds(two.shop, two.ids[0], "&kind=order")


def test_an_address_of_the_other_record_is_already_the_customers(shop: Shop) -> None:
    two = Two(shop)
    challenge = str(two.ada.account("POST", "/contact-methods", {"email": BOB})["challenge"])
    given = {"challenge": challenge, "code": two.ada.read(challenge)}
    merge_id = two.merge()
    before = two.belongings()
    assert two.ada.account("POST", "/contact-methods/verify", given) == {"claimable_orders": 0}
    assert two.belongings() == before
    customers.undo(shop, two.ids[0], merge_id)
    again = str(two.ada.account("POST", "/contact-methods", {"email": BOB})["challenge"])
    answer = two.ada.call(
        "POST", "account/contact-methods/verify", {"challenge": again, "code": two.ada.read(again)}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (409, "address_taken")
