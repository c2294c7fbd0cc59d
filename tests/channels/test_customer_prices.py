"""A customer's group opens the prices and promotions that are for it, on every channel."""

import pytest

from tests import people
from tests.merchant import done
from tests.shop import Shop

STAFF = {"code": "STAFF", "name": "Staff", "currency": "GBP", "customer_group": "staff"}


@pytest.fixture
def staffed(shop: Shop) -> Shop:
    """Mugs cost 800; staff pay 500."""
    shop.stock("MUG", 800, lds=50)
    done(shop, "POST", "price-lists", STAFF)
    price = {"sku": "MUG", "price": {"amount": 500, "currency": "GBP"}, "list": "STAFF"}
    done(shop, "PUT", "prices", {"prices": [price]})
    return shop


def total(shop: Shop, who: str | None) -> int:
    cart = shop.cart({"MUG": 2})
    if who:  # who has one open cart at a time
        shop.change(
            "UPDATE carts SET customer_id = NULL WHERE customer_id = CAST(:who AS uuid)", who=who
        )
        shop.change(
            "UPDATE carts SET customer_id = CAST(:who AS uuid) WHERE id = CAST(:cart AS uuid)",
            who=who,
            cart=cart["id"],
        )
    seen = shop.call("GET", f"/api/v1/carts/{cart['id']}", cart["token"]).get_json()
    shop.change("UPDATE carts SET customer_id = NULL")  # she has one open cart at a time
    return int(seen["quote"]["total"])


def in_group(shop: Shop, group: str | None) -> str:
    ada = people.add(shop)
    done(shop, "PATCH", f"customers/{ada}", {"customer_group": group})
    return ada


def test_a_groups_list_is_for_its_customers_only(staffed: Shop) -> None:
    assert total(staffed, None) == 1600
    assert total(staffed, in_group(staffed, None)) == 1600
    assert total(staffed, in_group(staffed, "press")) == 1600
    assert total(staffed, in_group(staffed, "staff")) == 1000


def test_an_order_of_one_of_the_group_is_placed_at_its_price_and_verified(staffed: Shop) -> None:
    ada = in_group(staffed, "staff")
    cart = staffed.cart({"MUG": 2})
    staffed.change("UPDATE carts SET customer_id = CAST(:who AS uuid)", who=ada)
    assert staffed.checkout(cart).get_json()["code"] == "price_changed"
    assert staffed.checkout(cart, expected_total=1000).status_code == 201
    assert staffed.violations() == {}


def test_a_merged_customer_has_the_group_of_either_until_it_is_undone(staffed: Shop) -> None:
    plain, staff = people.add(staffed), in_group(staffed, "staff")
    merge_id = people.merge(staffed, plain, staff)
    assert (total(staffed, plain), total(staffed, staff)) == (1000, 1000)
    people.undo(staffed, plain, merge_id)
    assert (total(staffed, plain), total(staffed, staff)) == (1600, 1000)


def test_a_promotion_for_a_group_is_for_its_customers_only(staffed: Shop) -> None:
    staffed.promote("amount", {"amount": 100}, conditions={"customer_groups": ["press"]})
    assert total(staffed, None) == 1600
    assert total(staffed, in_group(staffed, "press")) == 1500
