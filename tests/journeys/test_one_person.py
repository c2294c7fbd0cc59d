"""J10, its first half: a guest on the web, signed in on the app, is one person with one cart."""

import pytest

from tests.shop import LEEDS, Shop, checkout_body, new_key
from tests.shopper import ADA, PASSWORD, Shopper


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    for sku, price in (("MUG", 1250), ("LAMP", 4000)):
        shop.stock(sku, price, lds=10, yrk=10)
    return shop


def test_a_guest_on_the_web_goes_on_in_the_app_and_is_one_person(stocked: Shop) -> None:
    # On the web, as a guest: an order, and a cart left standing.
    first = stocked.order({"MUG": 1})
    guest = stocked.cart({"MUG": 2})
    web = Shopper(stocked)
    signed = web.sign_in(
        email=ADA, name="Ada Byron", password=PASSWORD,
        cart={"id": guest["id"], "token": guest["token"]},
    )  # fmt: skip
    assert (signed["new"], signed["orders_claimed"]) == (True, 1)

    # In the app, by password: the same cart; what she adds there is there on the web too.
    app = Shopper(stocked, app=True)
    body = {"email": ADA, "password": PASSWORD, "device_name": "Ada's phone"}
    assert app.signed_in("password", body)["cart"] == signed["cart"]
    app.call("PUT", f"carts/{signed['cart']}/lines/LAMP", {"quantity": 1})
    seen = web.account("GET", "/cart")
    assert {line["sku"]: line["quantity"] for line in seen["lines"]} == {"MUG": 2, "LAMP": 1}
    assert seen["fulfilment"]["location"] == LEEDS

    # Ordered in the app, it is collected at the counter and stands in her list on the web.
    placed = app.call(
        "POST",
        f"carts/{signed['cart']}/checkout",
        checkout_body(6500),
        **{"Idempotency-Key": new_key()},
    ).get_json()
    listed = web.account("GET", "/orders")["items"]
    assert [one["number"] for one in listed] == [placed["number"], first.number]
    assert web.call("GET", f"orders/{placed['number']}").get_json()["pickup"]["code"]
    assert {one["sales_channel"] for one in web.account("GET", "/sessions")["items"]} == {
        "web",
        "app",
    }
    check_history(stocked)


def check_history(stocked: Shop) -> None:
    """It says through which channel she did what, as one person, and names nobody."""
    history = stocked.rows(
        "SELECT kind, sales_channel, customer_id FROM events WHERE actor_kind = 'shopper' "
        "AND customer_id IS NOT NULL ORDER BY id"
    )
    assert [(kind, channel) for kind, channel, _ in history] == [
        ("account.opened", "web"),
        ("account.password_set", "web"),
        ("cart.merged", "web"),
        ("account.signed_in", "web"),
        ("account.signed_in", "app"),
    ]
    assert len({customer for _, _, customer in history}) == 1
    assert stocked.rows("SELECT count(DISTINCT customer_id) FROM orders") == [(1,)]
    assert ADA not in str(stocked.rows("SELECT payload::text FROM events"))
    assert stocked.violations() == {}
