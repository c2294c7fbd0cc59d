"""The prices and promotions of a customer's group apply on every channel."""

import pytest

from tests.drivers import customers
from tests.drivers.catalogue import done
from tests.drivers.shop import Shop
from tests.drivers.shopper import BOB, Shopper

STAFF = {"code": "STAFF", "name": "Staff", "currency": "GBP", "customer_group": "staff"}


@pytest.fixture
def staffed(shop: Shop) -> Shop:
    """Return a shop with mugs at 800, and at 500 for the group staff."""
    shop.stock("MUG", 800, lds=50)
    done(shop, "POST", "price-lists", STAFF)
    price = {"sku": "MUG", "price": {"amount": 500, "currency": "GBP"}, "list": "STAFF"}
    done(shop, "PUT", "prices", {"prices": [price]})
    return shop


def total(shop: Shop, who: str | None) -> int:
    cart = shop.cart({"MUG": 2})
    if who:  # a customer has one open cart at a time
        shop.change(
            "UPDATE carts SET customer_id = NULL WHERE customer_id = CAST(:who AS uuid)", who=who
        )
        customers.assign_cart(shop, cart, who)
    seen = shop.call("GET", f"/api/v1/carts/{cart['id']}", cart["token"]).get_json()
    shop.change("UPDATE carts SET customer_id = NULL")  # a customer has one open cart at a time
    return int(seen["quote"]["total"])


def in_group(shop: Shop, group: str | None) -> str:
    ada = customers.add(shop)
    done(shop, "PATCH", f"customers/{ada}", {"customer_group": group})
    return ada


def test_a_groups_list_is_for_its_customers_only(staffed: Shop) -> None:
    assert total(staffed, None) == 1600
    assert total(staffed, in_group(staffed, None)) == 1600
    assert total(staffed, in_group(staffed, "press")) == 1600
    assert total(staffed, in_group(staffed, "staff")) == 1000


def test_an_order_of_a_group_customer_is_placed_at_the_group_price_and_verified(
    staffed: Shop,
) -> None:
    ada = in_group(staffed, "staff")
    cart = staffed.cart({"MUG": 2})
    customers.assign_cart(staffed, cart, ada)
    assert staffed.checkout(cart).get_json()["code"] == "price_changed"
    assert staffed.checkout(cart, expected_total=1000).status_code == 201
    assert staffed.violations() == {}


def test_a_merged_customer_has_the_group_of_either_record_until_the_undo(staffed: Shop) -> None:
    plain, staff = customers.add(staffed), in_group(staffed, "staff")
    merge_id = customers.merge(staffed, plain, staff)
    assert (total(staffed, plain), total(staffed, staff)) == (1000, 1000)
    customers.undo(staffed, plain, merge_id)
    assert (total(staffed, plain), total(staffed, staff)) == (1600, 1000)


def test_a_promotion_for_a_group_is_for_its_customers_only(staffed: Shop) -> None:
    staffed.promote("amount", {"amount": 100}, conditions={"customer_groups": ["press"]})
    assert total(staffed, None) == 1600
    assert total(staffed, in_group(staffed, "press")) == 1500


def shown(shopper: Shopper) -> list[int]:
    """Return the price of a mug in the list, in a search, on its own page and in the cart."""
    listed = [
        shopper.call("GET", path).get_json()["items"][0] for path in ("products", "products?q=mug")
    ]
    products = [*listed, shopper.call("GET", "products/mug").get_json()]
    prices = [one["variants"][0]["price"]["amount"] for one in products]
    if shopper.call("GET", "account").status_code != 200:
        return prices
    cart = shopper.account("PUT", "/cart", {})["id"]
    body = {"quantity": 1}
    quoted = shopper.call("PUT", f"carts/{cart}/lines/MUG", body).get_json()["quote"]["total"]
    return [*prices, quoted]


@pytest.mark.parametrize("in_app", [False, True], ids=["web", "app"])
def test_the_catalogue_shows_signed_in_customers_the_price_of_their_cart(
    staffed: Shop, in_app: bool
) -> None:
    ada, bob, nobody = (Shopper(staffed, app=in_app) for _ in range(3))
    ada.sign_in()
    customer = staffed.account_session().customer_id
    done(staffed, "PATCH", f"customers/{customer}", {"customer_group": "staff"})
    bob.sign_in(email=BOB)
    assert shown(ada) == [500] * 4
    assert shown(bob) == [800] * 4
    assert shown(nobody) == [800] * 3
    ada.account("POST", "/sign-out")
    assert shown(ada) == [800] * 3


def test_a_channels_list_applies_to_signed_in_customers_too(staffed: Shop) -> None:
    app_only = {"code": "APP", "name": "App", "currency": "GBP", "channel": "app", "priority": 1,
                "reason": "Trial", "approved_by": "Eve"}  # fmt: skip
    done(staffed, "POST", "price-lists", app_only | {"customer_group": "staff"})
    price = {"sku": "MUG", "price": {"amount": 400, "currency": "GBP"}, "list": "APP"}
    done(staffed, "PUT", "prices", {"prices": [price]})
    app, web = Shopper(staffed, app=True), Shopper(staffed)
    app.sign_in()
    customer = staffed.account_session().customer_id
    done(staffed, "PATCH", f"customers/{customer}", {"customer_group": "staff"})
    web.sign_in()
    amounts = [
        one.call("GET", "products/mug").get_json()["variants"][0]["price"]["amount"]
        for one in (app, web)
    ]
    assert amounts == [400, 500]


def test_an_expired_access_token_shows_public_prices(staffed: Shop) -> None:
    ada = Shopper(staffed, app=True)
    ada.sign_in()
    customer = staffed.account_session().customer_id
    done(staffed, "PATCH", f"customers/{customer}", {"customer_group": "staff"})
    ada.tokens["access_token"] += "x"
    assert shown(ada) == [800] * 3
