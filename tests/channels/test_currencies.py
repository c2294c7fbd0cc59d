"""A shop that sells in two currencies: each has its own prices, and a cart is in one of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.drivers.refusals import refusal
from tests.drivers.shop import LEEDS, Shop, open_shop

EUR = "?currency=EUR"


@pytest.fixture
def shop(server: str, tmp_path: Path) -> Iterator[Shop]:
    with open_shop(server, "currencies", tmp_path, more_currencies="EUR") as shop:
        shop.stock("MUG", 999, lds=20)
        shop.stock("TEA", 350, lds=20)
        price = {"sku": "MUG", "price": {"amount": 1200, "currency": "EUR"}}
        shop.merchant("PUT", "prices", {"prices": [price]})
        yield shop


def begun(shop: Shop, sku: str) -> dict[str, Any]:
    """Return a cart in EUR, after the choice of its store, with its token."""
    cart = shop.client.post(f"/api/v1/carts{EUR}").get_json()
    path = f"/api/v1/carts/{cart['id']}"
    shop.call("PUT", f"{path}/lines/{sku}", cart["token"], {"quantity": 2})
    chosen = {"type": "pickup", "location": LEEDS}
    answer = shop.call("PUT", f"{path}/fulfilment", cart["token"], chosen)
    return {**answer.get_json(), "token": cart["token"]}


def test_a_product_has_its_price_in_the_requested_currency(shop: Shop) -> None:
    for currency, amount in (("", 999), (EUR, 1200), ("?currency=GBP", 999)):
        product = shop.client.get(f"/api/v1/products/mug{currency}").get_json()
        listed = shop.client.get(f"/api/v1/products{currency}").get_json()["items"]
        assert product["variants"][0]["price"]["amount"] == amount
        assert listed[0]["variants"][0]["price"] == product["variants"][0]["price"]


def test_an_order_is_in_the_currency_of_its_cart(shop: Shop) -> None:
    cart = begun(shop, "MUG")
    assert (cart["currency"], cart["quote"]["total"]) == ("EUR", 2400)
    order = shop.checkout(cart).get_json()
    assert (order["currency"], order["total"], order["amount_due"]) == ("EUR", 2400, 2400)
    assert shop.violations() == {}


def test_promotions_apply_to_carts_of_their_currency(shop: Shop) -> None:
    shop.promote("amount", {"amount": 100}, "POUND")
    shop.promote("amount", {"amount": 200}, "EURO", currency="EUR")
    assert begun(shop, "MUG")["quote"]["discounts"][0]["code"] == "EURO"
    assert shop.cart({"MUG": 2})["quote"]["discounts"][0]["code"] == "POUND"


def test_a_variant_without_a_price_in_the_currency_cannot_be_bought(shop: Shop) -> None:
    cart = begun(shop, "TEA")
    assert (cart["lines"][0]["available_for_sale"], cart["quote"]["total"]) == (False, 0)
    assert refusal(shop.checkout(cart)) == (409, "product_unavailable")


@pytest.mark.parametrize("currency", ["USD", "eur", "E"])
def test_a_currency_that_the_shop_does_not_sell_in_is_refused(shop: Shop, currency: str) -> None:
    for answer in (
        shop.client.get(f"/api/v1/products?currency={currency}"),
        shop.client.post(f"/api/v1/carts?currency={currency}"),
    ):
        assert refusal(answer) == (422, "invalid")
