"""A customer found at a till, with the open cart and the orders of other channels."""

import pytest

from tests.drivers import customers
from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS, YORK, Shop
from tests.drivers.shopper import Shopper

NOBODY = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def ada(shop: Shop) -> str:
    shop.stock("MUG", 800, lds=50, yrk=50)
    return customers.add(shop)


def test_a_customer_without_cart_and_orders_can_be_viewed(shop: Shop, ada: str) -> None:
    served = shop.staff("GET", f"customers/{ada}").get_json()
    assert (served["name"], served["cart"], served["orders"]) == ("Ada Byron", None, [])
    assert (served["email"], served["phone"]) == ("A•••@Example.com", "•••000")


def test_orders_are_listed_without_amounts_at_every_store(shop: Shop, ada: str) -> None:
    number = customers.order_of(shop, ada, {"MUG": 1}).number
    for store in (LEEDS, YORK):
        (order,) = shop.staff("GET", f"customers/{ada}", store=store).get_json()["orders"]
        assert (order["number"], order["location"]) == (number, LEEDS)
        assert set(order) == {"number", "status", "placed_at", "started_channel", "location"}


def test_the_cart_is_shown_under_each_id_of_a_merged_customer(shop: Shop, ada: str) -> None:
    shopper = Shopper(shop)
    shopper.sign_in()
    cart = shopper.account("PUT", "/cart", {})["id"]
    shopper.call("PUT", f"carts/{cart}/lines/MUG", {"quantity": 2})
    account = shop.account_session().customer_id
    assert shop.staff("GET", f"customers/{ada}").get_json()["cart"] is None
    customers.merge(shop, ada, str(account))
    for part in (ada, account):
        served = shop.staff("GET", f"customers/{part}").get_json()
        assert (served["id"], served["cart"]["id"]) == (ada, cart)
        assert served["cart"]["quote"]["total"] == 1600


def test_a_view_by_staff_is_an_event_of_the_customer(shop: Shop, ada: str) -> None:
    shop.staff("GET", f"customers/{ada}")
    (event,) = [one for one in shop.events("customer.viewed") if one.actor_kind == "staff"]
    assert (event.payload["what"], str(event.customer_id)) == ("cart", ada)


def test_an_unknown_customer_is_not_found(shop: Shop) -> None:
    assert refusal(shop.staff("GET", f"customers/{NOBODY}")) == (404, "not_found")
    assert shop.events() == []
