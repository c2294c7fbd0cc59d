"""A cart with all data that prices it, as JSON carries it from a server to a till: plainly random, so that ten
thousand are drawn in a second or two."""

from datetime import datetime
from random import Random
from typing import Any

from app.core.pricing.engine.conditions import Context
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.promotion import Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.engine.tax import TaxRules
from app.core.pricing.promotions import parse

SKUS = ("A", "B", "C", "D", "E", "F", "Größe-42", "ß")
CATEGORIES = ("kitchen", "garden")
CODES = ("P0", "P1", "P2", "P3", "P4")
NOON = "2026-11-27T12:00:00+00:00"


def draw(chance: Random) -> dict[str, Any]:
    catalogue = [_item(chance, sku) for sku in SKUS]
    cart = [
        {**item, "quantity": chance.randint(1, 9), "customisation": chance.choice(["", "", "Ada"])}
        for item in chance.choices(catalogue, k=chance.randint(1, 6))
    ]
    return {
        "currency": chance.choice(["GBP", "EUR", "JPY"]),
        "items": cart,
        "gifts": catalogue,
        "charges": chance.choice([[], [["delivery", chance.randint(0, 1000), 200_000]]]),
        "rules": [
            chance.random() < 0.8,
            chance.choice(["line", "unit"]),
            chance.choice(["half_up", "half_even"]),
            chance.choice(["tax", "net"]),
        ],
        "promotions": [
            _promotion(chance, code) for code in CODES[: chance.choice([0, 1, 2, 3, 5])]
        ],
        "channel": chance.choice(["web", "pos"]),
        "coupons": chance.sample(CODES, k=2),
    }


def price(world: dict[str, Any]) -> Quote:
    return quote(
        world["currency"],
        [_read(item) for item in world["items"]],
        rules=TaxRules(*world["rules"]),
        charges=[Charge(*charge) for charge in world["charges"]],
        gifts=[_read(gift) for gift in world["gifts"]],
        promotions=Promotions(parse.parse_promotion(row) for row in world["promotions"]),
        context=Context(
            at=datetime.fromisoformat(NOON),
            zone="Europe/London",
            channel=world["channel"],
            coupons=frozenset(world["coupons"]),
        ),
    )


def _read(item: dict[str, Any]) -> Item:
    return Item(**{**item, "tiers": tuple((start, amount) for start, amount in item["tiers"])})


def _item(chance: Random, sku: str) -> dict[str, Any]:
    price = chance.choice([0, 1, 999, 1999, chance.randint(1, 5000)])
    return {
        "sku": sku, "quantity": 1, "unit_price": price, "tax_rate": chance.choice([200_000, 50_000, 0, 88_750]),
        "tiers": chance.choice([[], [], [[3, price * 9 // 10], [6, price * 8 // 10]]]),
        "product": f"product-{sku in 'ABC'}", "category": chance.choice(CATEGORIES),
    }  # fmt: skip


def _promotion(chance: Random, code: str) -> dict[str, Any]:
    kind, terms, scopes = _offer(chance)
    return {
        "code": code, "title": f"Promotion {code}", "kind": kind, "terms": terms,
        "scopes": [_scope(chance) for _ in range(scopes)], "conditions": _conditions(chance),
        "priority": chance.randint(1, 3), "exclusive": chance.random() < 0.3,
        "gift_sku": chance.choice(SKUS) if kind == "gift" else None,
    }  # fmt: skip


def _offer(chance: Random) -> tuple[str, dict[str, Any], int]:
    """Return kind, terms, and the number of scopes."""
    few, amount, rate = chance.randint(1, 4), chance.randint(1, 3000), chance.randint(1, 10_000)
    offers: list[tuple[str, dict[str, Any], int]] = [
        ("percentage", {"rate": rate}, 1),
        ("amount", {"amount": amount, "each": chance.random() < 0.5}, 1),
        ("fixed_price", {"price": amount}, 1),
        ("buy_get", {"buy": few, "get": 1, "rate": rate}, 2),
        ("cheapest_free", {"of": few + 1}, 1),
        ("bundle", {"quantities": [few, 1], "price": amount}, 2),
        ("tiers", {"steps": [[1000, 200], [5000, amount]]}, 1),
        ("tiers", {"steps": [[1000, 500], [5000, rate]], "percent": True}, 1),
        ("gift", {"units": few}, 1),
        ("free_delivery", {}, 1),
    ]
    return chance.choice(offers)


def _scope(chance: Random) -> dict[str, Any]:
    return chance.choice([
        {},
        {"skus": chance.sample(SKUS, k=2)},
        {"categories": [chance.choice(CATEGORIES)], "without": [chance.choice(SKUS)]},
        {"products": ["product-True"]},
    ])  # fmt: skip


def _conditions(chance: Random) -> dict[str, Any]:
    return chance.choice([
        {},
        {},
        {"min_quantity": 3, "min_amount": 2000},
        {"needs": {"skus": [chance.choice(SKUS)]}},
        {"coupon": True},
        {"channels": ["web"], "ends": "2026-11-28T00:00"},
        {"starts": "2026-11-27T00:00", "hours": [{"days": [4], "since": "09:00", "until": "18:00"}]},
    ])  # fmt: skip
