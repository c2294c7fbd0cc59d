"""J10, its first half: a guest on the web, signed in on the app, is one person with one cart."""

from typing import Any

import pytest

from tests.drivers import customers, staff
from tests.drivers.catalogue import done
from tests.drivers.shop import LEEDS, Placed, Shop, checkout_body, new_key
from tests.drivers.shopper import ADA, PASSWORD, Shopper

PHONE, CARD = "+44 113 496 0000", "4006 381"
GOODS = {"LAMP": 1, "CLOCK": 1}


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    for sku, price in (("MUG", 1250), ("LAMP", 4000)):
        shop.stock(sku, price, lds=10, yrk=10)
    return shop


def test_a_guest_on_the_web_continues_in_the_app_as_one_person(stocked: Shop) -> None:
    # On the web, as a guest: an order, and an abandoned cart.
    first = stocked.order({"MUG": 1})
    guest = stocked.cart({"MUG": 2})
    web = Shopper(stocked)
    signed = web.sign_in(
        email=ADA, name="Ada Byron", password=PASSWORD,
        cart={"id": guest["id"], "token": guest["token"]},
    )  # fmt: skip
    assert (signed["new"], signed["claimable_orders"]) == (True, 1)
    claimed = web.account("POST", "/claimed-orders", {"orders": [first.number]})
    assert claimed == {"orders": [first.number]}

    # In the app, by password: the same cart; a line added there is on the web too.
    app = Shopper(stocked, app=True)
    body = {"email": ADA, "password": PASSWORD, "device_name": "Ada's phone"}
    assert app.signed_in("password", body)["cart"] == signed["cart"]
    app.call("PUT", f"carts/{signed['cart']}/lines/LAMP", {"quantity": 1})
    seen = web.account("GET", "/cart")
    assert {line["sku"]: line["quantity"] for line in seen["lines"]} == {"MUG": 2, "LAMP": 1}
    assert seen["fulfilment"]["location"] == LEEDS

    # The order from the app is collected at the counter and is in the customer's list on the web.
    placed = app.call(
        "POST",
        f"carts/{signed['cart']}/checkout",
        checkout_body(6500),
        **{"Idempotency-Key": new_key()},
    ).get_json()
    listed = web.account("GET", "/orders")["items"]
    assert [one["number"] for one in listed] == [placed["number"], first.number]
    assert web.call("GET", f"orders/{placed['number']}").get_json()["fulfilments"][0]["code"]
    assert {one["sales_channel"] for one in web.account("GET", "/sessions")["items"]} == {
        "web",
        "app",
    }
    check_history(stocked)


def check_history(stocked: Shop) -> None:
    """Check that the history shows each event with its channel, as one person's, without names."""
    history = [
        (event.kind, event.sales_channel, event.customer_id)
        for event in stocked.events()
        if event.actor_kind == "shopper" and event.customer_id
    ]
    assert [(kind, channel) for kind, channel, _ in history] == [
        ("account.created", "web"),
        ("account.password_set", "web"),
        ("cart.merged", "web"),
        ("account.signed_in", "web"),
        ("account.signed_in", "app"),
    ]
    assert len({customer for _, _, customer in history}) == 1
    assert len({order.customer_id for order in stocked.order_records()} - {None}) == 1
    assert ADA not in str(stocked.payloads())
    assert stocked.violations() == {}


def test_a_guests_cart_of_53_pounds_is_the_same_in_the_app_and_at_the_counter_of_leeds(
    shop: Shop,
) -> None:
    for sku, price in (("LAMP", 3500), ("CLOCK", 1800)):
        shop.stock(sku, price, lds=10, yrk=10)
    customer = with_card(shop)

    app, web, own = on_web_and_app(shop)

    # Earlier orders from the web and the counter are in the same history.
    bought = collected(shop, app, own)
    cashier = staff.at_work(shop, "7", "cashier")
    for by, value in (("phone", "0113 496 0000"), ("email", ADA), ("loyalty_card", CARD)):
        (found,) = at_counter(shop, cashier, f"customers?by={by}&value={value}")["items"]
        assert (found["id"], found["name"]) == (customer, "Ada Byron")
    again = web.account("PUT", "/cart", {})["id"]
    web.call("PUT", f"carts/{again}/lines/CLOCK", {"quantity": 2})
    served = at_counter(shop, cashier, f"customers/{customer}")
    assert (served["cart"]["id"], goods(served["cart"])) == (again, {"CLOCK": 2})
    assert served["cart"]["quote"]["total"] == 3600
    assert [(one["number"], one["started_channel"]) for one in served["orders"]] == [
        (bought, "app")
    ]
    check_timeline(shop, cashier, customer, bought)

    # A preference stated at the till is in the app.
    stated = {"channel": "sms", "store": LEEDS, "locale": "de"}
    answer = staff.work(shop, "PATCH", f"customers/{customer}/preferences", cashier, stated)
    assert answer.status_code == 200
    known = app.account("GET", "/preferences")
    assert {name: known[name]["value"] for name in stated} == stated
    assert shop.violations() == {}


def on_web_and_app(shop: Shop) -> tuple[Shopper, Shopper, str]:
    """Fill the guest's cart on the web, £35.00 + £18.00; the customer's own cart already has the lamp from the
    app."""
    app, web = Shopper(shop, app=True), Shopper(shop)
    app.sign_in()
    own = app.account("PUT", "/cart", {})["id"]
    app.call("PUT", f"carts/{own}/lines/LAMP", {"quantity": 1})
    guest = shop.cart(GOODS)
    assert guest["quote"]["total"] == 5300
    app.sign_in(cart={"id": guest["id"], "token": guest["token"]})
    web.sign_in()
    seen = [one.account("GET", "/cart") for one in (app, web)]
    assert seen[0] == seen[1]
    assert (goods(seen[0]), seen[0]["quote"]["total"]) == (GOODS, 5300)
    return app, web, own


def with_card(shop: Shop) -> str:
    """Return the id of Ada, who has an account with an email address, a verified number and a card."""
    ada = Shopper(shop)
    ada.sign_in(name="Ada Byron")
    challenge = ada.account("POST", "/contact-methods", {"phone": PHONE})["challenge"]
    ada.account(
        "POST", "/contact-methods/verify", {"challenge": challenge, "code": ada.read(challenge)}
    )
    card = done(shop, "POST", "customers", {"name": "Ada Byron", "loyalty_card": CARD})["id"]
    customer = customers.at_till(shop, "email", ADA)[0]["id"]
    customers.merge(shop, customer, card)
    return str(customer)


def collected(shop: Shop, shopper: Shopper, cart: str) -> str:
    """Return the number of an order from the app that Ada collected at the counter."""
    shopper.call("PUT", f"carts/{cart}/fulfilment", {"type": "pickup", "location": LEEDS})
    key = {"Idempotency-Key": new_key()}
    placed = shopper.call("POST", f"carts/{cart}/checkout", checkout_body(5300), **key).get_json()
    code = placed["fulfilments"][0]["code"]
    reported = Placed(placed["number"], placed["token"], code, placed)
    shop.make_ready(reported)
    assert shop.hand_over(reported, 5300).status_code == 200
    return reported.number


def at_counter(shop: Shop, cashier: str, path: str) -> dict[str, Any]:
    answer = staff.work(shop, "GET", path.replace("+", "%2B"), cashier)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def goods(cart: dict[str, Any]) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in cart["lines"]}


def check_timeline(shop: Shop, cashier: str, customer: str, number: str) -> None:
    """Return the timeline at the counter: events of web, app and till, with their actors, in words."""
    entries = at_counter(shop, cashier, f"customers/{customer}/timeline?limit=100")["items"]
    reported = {(one["text"], one["actor"], one["channel_name"]) for one in entries}
    assert reported >= {
        ("Cart merged into the account", "customer, App", "app"),
        (f"Order {number} placed for £53.00", "customer, App", "app"),
        (f"Order {number} collected, £53.00 paid", "staff, Leeds till", "till"),
    }
    whole = customers.timeline(shop, customer)
    assert {one["channel_name"] for one in whole} >= {"web shop", "app", "till"}
    assert ("Found by loyalty card", "staff, Leeds till") in {
        (one["text"], one["actor"]) for one in whole
    }
