"""Actions of a merchant in the shop's catalogue, over HTTP."""

from typing import Any

from werkzeug.test import TestResponse

from tests.drivers.shop import Shop

MUG: dict[str, Any] = {
    "title": "Red mug",
    "description": "Holds 30 cl.\nDishwasher safe.",
    "vendor": "Potters",
    "category": "Kitchen",
    "tags": ["mugs", "red"],
    "variants": [
        {
            "sku": "MUG-S",
            "barcode": "5012345678900",
            "options": {"Size": "S"},
            "price": {"amount": 900, "currency": "GBP"},
            "cost": {"amount": 310, "currency": "GBP"},
            "grams": 280,
        },
        {"sku": "MUG-L", "options": {"Size": "L"}},
    ],
}
BOWL: dict[str, Any] = {
    "title": "Bowl",
    "variants": [{"sku": "BOWL", "barcode": "40", "price": {"amount": 500, "currency": "GBP"}}],
}


def call(
    shop: Shop, method: str, path: str, body: Any = None, key: str | None = None
) -> TestResponse:
    return shop.call(method, f"/api/admin/v1/{path}", shop.keys["merchant"], body, key)


def done(shop: Shop, method: str, path: str, body: Any = None) -> dict[str, Any]:
    answer = call(shop, method, path, body)
    assert answer.status_code in (200, 201), answer.get_json()
    return dict(answer.get_json())


def refused(shop: Shop, method: str, path: str, body: Any = None) -> tuple[int, str]:
    answer = call(shop, method, path, body).get_json()
    assert answer["message"]
    return answer["status"], answer["code"]


def create_mug(shop: Shop, **different: Any) -> dict[str, Any]:
    return done(shop, "POST", "products", MUG | different)


def variant(product: dict[str, Any], sku: str) -> dict[str, Any]:
    return next(each for each in product["variants"] if each["sku"] == sku)


def in_shop(shop: Shop, query: str = "") -> list[str]:
    answer = shop.client.get(f"/api/v1/products{query}").get_json()
    return [product["handle"] for product in answer["items"]]


def events(shop: Shop) -> list[tuple[str, dict[str, Any]]]:
    found = [event for event in shop.events() if event.actor_kind == "merchant"]
    return [(event.kind, event.payload) for event in found]
