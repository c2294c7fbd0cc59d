"""Place an order with the package that openapi-python-client generates."""

import os
from typing import TypeVar
from uuid import uuid4

from onecounter_client.api.carts import create_cart, place_order, set_cart_fulfilment, set_cart_line
from onecounter_client.api.catalogue import get_availability, list_products
from onecounter_client.api.orders import get_order
from onecounter_client.client import AuthenticatedClient, Client
from onecounter_client.models import (
    Checkout,
    CheckoutPayment,
    CheckoutPaymentMethod,
    Contact,
    Error,
    FulfilmentChoice,
    FulfilmentChoiceType,
    LineQuantity,
)

T = TypeVar("T")
SHOP = os.environ["SHOP"]


def must(answer: T | Error | None) -> T:
    assert answer is not None, "an answer that the document announces"
    assert not isinstance(answer, Error), answer
    return answer


def signed(token: object) -> AuthenticatedClient:
    assert isinstance(token, str)
    return AuthenticatedClient(SHOP, token=token)


shop = Client(SHOP)
found = must(list_products.sync(client=shop, q="party bunting", limit=1))
variant = found.items[0].variants[0]
assert variant.sku == "47566"
assert variant.price

near = must(
    get_availability.sync(client=shop, line=[f"{variant.sku}:2"], near="53.80,-1.55", limit=1)
)
store = near.items[0]
assert store.serves_all

cart = must(create_cart.sync(client=shop))
holder = signed(cart.token)
must(set_cart_line.sync(cart.id, variant.sku, client=holder, body=LineQuantity(quantity=2)))
choice = FulfilmentChoice(type_=FulfilmentChoiceType.PICKUP, location=store.location)
filled = must(set_cart_fulfilment.sync(cart.id, client=holder, body=choice))
assert filled.quote.total == 2 * variant.price.amount

checkout = Checkout(
    expected_total=filled.quote.total,
    contact=Contact(name="Ada", email="ada@example.com"),
    payment=CheckoutPayment(method=CheckoutPaymentMethod.AT_PICKUP),
)
key = str(uuid4())
placed = must(place_order.sync(cart.id, client=holder, body=checkout, idempotency_key=key))
assert placed.status == "placed"
assert placed.fulfilments[0].location == store.location

order = must(get_order.sync(placed.number, client=signed(placed.token)))
assert order.number == placed.number
assert [(line.sku, line.quantity, line.total) for line in order.lines] == [
    (variant.sku, 2, filled.quote.total)
]
assert order.amount_outstanding == filled.quote.total

refused = get_order.sync(placed.number, client=signed("not its token"))
assert isinstance(refused, Error)
assert refused.code == "unauthorised"
print(f"openapi-python-client: {order.number}, {order.status}, {order.total} {order.currency}")
