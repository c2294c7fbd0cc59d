"""The data of an account: name, addresses, wishlist, preferences."""

from typing import Any

import pytest

from tests.drivers.shop import LEEDS, YORK, Shop, checkout_body
from tests.drivers.shopper import ADA, BOB, Shopper

HOME = {
    "label": "Home", "name": "Ada Byron", "lines": "12 St James's Square", "town": "London",
    "postcode": "SW1Y 4JH", "country": "GB",
}  # fmt: skip


@pytest.fixture
def ada(shop: Shop) -> Shopper:
    shopper = Shopper(shop)
    shopper.sign_in(name="Ada")
    return shopper


@pytest.fixture
def bob(shop: Shop) -> Shopper:
    shopper = Shopper(shop)
    shopper.sign_in(email=BOB)
    return shopper


def customer_id(shop: Shop, email: str = ADA) -> str:
    return str(shop.customer_id(email))


def test_a_name_is_changed(ada: Shopper) -> None:
    assert ada.account("PATCH", "", {"name": "Ada Byron"})["name"] == "Ada Byron"
    assert ada.call("PATCH", "account", {"name": ""}).status_code == 422


def test_addresses_are_added_changed_and_removed(ada: Shopper) -> None:
    (home,) = ada.account("POST", "/addresses", HOME)["items"]
    assert {name: home[name] for name in HOME} == HOME
    moved = HOME | {"lines": "Ockham Park\nOckham Road", "town": "Woking"}
    assert ada.account("PUT", f"/addresses/{home['id']}", moved)["items"] == [
        moved | {"id": home["id"]}
    ]
    ada.account("DELETE", f"/addresses/{home['id']}")
    assert ada.account("GET", "/addresses")["items"] == []


def test_addresses_of_another_customer_are_invisible_and_cannot_be_changed(
    ada: Shopper, bob: Shopper
) -> None:
    (home,) = ada.account("POST", "/addresses", HOME)["items"]
    assert bob.account("GET", "/addresses")["items"] == []
    assert bob.call("PUT", f"account/addresses/{home['id']}", HOME).status_code == 404
    assert bob.call("DELETE", f"account/addresses/{home['id']}").status_code == 404
    assert ada.account("GET", "/addresses")["items"] == [home]


def test_a_wishlist_keeps_each_sellable_variant_once(
    shop: Shop, ada: Shopper, bob: Shopper
) -> None:
    shop.stock("MUG", 1000)
    shop.stock("LAMP", 1000)
    for sku in ("MUG", "MUG", "LAMP"):
        ada.account("PUT", f"/wishlist/{sku}")
    assert {one["sku"] for one in ada.account("GET", "/wishlist")["items"]} == {"MUG", "LAMP"}
    assert bob.account("GET", "/wishlist")["items"] == []
    assert ada.call("PUT", "account/wishlist/NOTHING").status_code == 404
    assert [one["sku"] for one in ada.account("DELETE", "/wishlist/LAMP")["items"]] == ["MUG"]


def test_a_withdrawn_variant_stays_on_the_wishlist_and_is_marked(shop: Shop, ada: Shopper) -> None:
    shop.stock("MUG", 1000)
    ada.account("PUT", "/wishlist/MUG")
    shop.merchant("POST", "products/mug/withdraw")
    assert [
        (one["sku"], one["available_for_sale"]) for one in ada.account("GET", "/wishlist")["items"]
    ] == [("MUG", False)]


NOTHING: dict[str, Any] = {"value": None, "source": None}


def test_a_new_account_has_no_preferences(ada: Shopper) -> None:
    assert ada.account("GET", "/preferences") == {
        "channel": NOTHING,
        "locale": NOTHING,
        "store": NOTHING,
        "categories": {"value": [], "source": None},
    }


def test_preferences_are_inferred_from_orders_and_stated_ones_take_precedence(shop: Shop) -> None:
    for sku, category in (("MUG", "Kitchen"), ("LAMP", "Living"), ("CLOCK", "Living")):
        shop.stock(sku, 1000, lds=9, yrk=9)
        shop.change("UPDATE products SET category = :c WHERE skus = :s", c=category, s=sku)
    shop.order({"MUG": 1}, LEEDS)
    shop.order({"LAMP": 1, "CLOCK": 1}, YORK)
    shop.order({"CLOCK": 5}, YORK)
    ada = Shopper(shop)
    ada.sign_in()
    ada.claim_orders()
    inferred = ada.account("GET", "/preferences")
    assert inferred["store"] == {"value": YORK, "source": "inferred"}
    assert inferred["categories"] == {"value": ["Living", "Kitchen"], "source": "inferred"}
    assert inferred["locale"] == {"value": "en-GB", "source": "inferred"}
    assert inferred["channel"] == {"value": "email", "source": "inferred"}
    stated = ada.account("PATCH", "/preferences", {"store": LEEDS, "categories": ["Garden"]})
    assert stated["store"] == {"value": LEEDS, "source": "stated"}
    assert stated["categories"] == {"value": ["Garden"], "source": "stated"}
    assert stated["channel"] == inferred["channel"]
    back = ada.account("PATCH", "/preferences", {"store": None, "categories": []})
    assert back == inferred


def test_cancelled_orders_give_no_preference(shop: Shop) -> None:
    shop.stock("MUG", 1000, lds=9, yrk=9)
    placed = shop.order({"MUG": 1}, YORK)
    shop.call("POST", f"/api/v1/orders/{placed.number}/cancel", placed.token)
    ada = Shopper(shop)
    ada.sign_in()
    assert ada.account("GET", "/preferences")["store"] == NOTHING


def test_preferences_can_be_read_and_changed_on_every_channel(shop: Shop, ada: Shopper) -> None:
    path = f"customers/{customer_id(shop)}/preferences"
    ada.account("PATCH", "/preferences", {"channel": "sms"})
    at_the_till = shop.staff("PATCH", path, {"store": YORK, "locale": "cy-GB"}).get_json()
    in_the_console = shop.merchant("PATCH", path, {"categories": ["Kitchen", "Kitchen"]})
    assert in_the_console == at_the_till | {
        "categories": {"value": ["Kitchen"], "source": "stated"}
    }
    assert ada.account("GET", "/preferences") == in_the_console
    assert shop.staff("GET", path).get_json() == in_the_console
    assert shop.merchant("GET", path) == in_the_console
    stated = shop.events("customer.preferences_stated")
    assert [(event.actor_kind, event.sales_channel) for event in stated] == [
        ("shopper", "web"), ("staff", "pos"), ("merchant", "console"),
    ]  # fmt: skip


def test_a_view_of_preferences_by_staff_is_an_event(shop: Shop, ada: Shopper) -> None:
    her = customer_id(shop)
    for path, token in (
        (f"/api/pos/v1/customers/{her}/preferences", shop.tokens[LEEDS]),
        (f"/api/admin/v1/customers/{her}/preferences", shop.keys["merchant"]),
    ):
        assert shop.call("GET", path, token).status_code == 200
    looks = shop.events("customer.viewed")
    assert [(view.actor_kind, view.payload) for view in looks] == [
        ("staff", {"what": "preferences"}), ("merchant", {"what": "preferences"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"store": "nowhere"}, 404), ({"channel": "pigeon"}, 422), ({"locale": "english please"}, 422),
        ({"categories": [""]}, 422), ({"colour": "red"}, 422), ({}, 200),
    ],
)  # fmt: skip
def test_an_impossible_preference_is_refused(ada: Shopper, body: Any, status: int) -> None:
    assert ada.call("PATCH", "account/preferences", body).status_code == status


def test_preferences_of_an_unknown_customer_are_not_found(shop: Shop) -> None:
    path = "customers/00000000-0000-0000-0000-000000000000/preferences"
    for method, body in (("GET", None), ("PATCH", {"channel": "sms"})):
        assert shop.staff(method, path, body).status_code == 404


def test_every_order_keeps_the_accepted_terms_and_price(shop: Shop, ada: Shopper) -> None:
    shop.stock("MUG", 1000, lds=9)
    placed = shop.order({"MUG": 2})
    order = shop.order_record()
    shown = order.quote_hash
    assert (order.terms_version, shown) == ("1", placed.body["quote_hash"])
    assert order.quote["lines"][0]["sku"] == "MUG"
    shop.set_price("MUG", 2000)
    ada.sign_in()
    ada.claim_orders()
    explained = ada.call("GET", f"orders/{placed.number}/price-breakdown").get_json()
    assert (explained["total"], explained["hash"]) == (2000, shown)
    assert ada.account("GET", "/orders")["items"][0]["terms_version"] == "1"
    assert checkout_body(2000)["expected_total"] == 2000
