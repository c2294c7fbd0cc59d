"""A cart examines only the promotions about its goods, however many others there are."""

from dataclasses import dataclass, field

import pytest

from app.core.pricing.engine.benefits.amounts import Percentage
from app.core.pricing.engine.conditions import Conditions, Context
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.promotion import Promotion, Promotions
from app.core.pricing.engine.quoting import quote
from app.core.pricing.engine.scope import ALL_GOODS, Scope

CART = [Item("MUG", 2, 999, product="mug", category="kitchen"), Item("LAMP", 1, 2400)]


@dataclass(frozen=True)
class Watched(Conditions):
    """Conditions that count how often they were examined."""

    looks: list[Context] = field(default_factory=list)

    def are_met(self, context: Context) -> bool:
        self.looks.append(context)
        return super().are_met(context)


def promotion(code: str, scope: Scope, *, coupon: bool = False) -> Promotion:
    return Promotion(code, code, Percentage(100), (scope,), Watched(coupon=coupon))


def inspected(*promotions: Promotion, context: Context | None = None) -> dict[str, int]:
    """Return how often conditions were examined, of those that were."""
    quote("GBP", CART, promotions=Promotions(promotions), context=context or Context())
    looks = {p.code: len(getattr(p.conditions, "looks", ())) for p in promotions}
    return {code: count for code, count in looks.items() if count}


def test_a_cart_examines_only_the_promotions_of_its_goods_and_each_once() -> None:
    others = [
        promotion(f"OTHER-{number}", Scope(skus=frozenset({f"SKU-{number}"})))
        for number in range(195)
    ]
    named = [
        promotion("BY-SKU", Scope(skus=frozenset({"MUG", "LAMP"}))),
        promotion("BY-PRODUCT", Scope(products=frozenset({"mug"}))),
        promotion("BY-CATEGORY", Scope(categories=frozenset({"kitchen"}))),
        promotion("ALL", ALL_GOODS),
        promotion("MORE", Scope(skus=frozenset({"MUG"}), categories=frozenset({"kitchen"}))),
    ]
    assert inspected(*others, *named) == {p.code: 1 for p in named}


@pytest.mark.parametrize(("coupons", "looks"), [((), {}), (("C-7", "C-404"), {"C-7": 1})])
def test_a_cart_examines_only_the_coupon_promotions_that_its_coupons_open(
    coupons: tuple[str, ...], looks: dict[str, int]
) -> None:
    behind = [promotion(f"C-{number}", ALL_GOODS, coupon=True) for number in range(200)]
    assert inspected(*behind, context=Context(coupons=frozenset(coupons))) == looks


class Counted(str):
    """A SKU that counts how often it is compared."""

    __hash__ = str.__hash__
    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_a_scope_of_thousands_is_checked_by_lookup() -> None:
    scope = Scope(skus=frozenset(Counted(f"SKU-{number}") for number in range(5000)))
    Counted.compared = 0
    assert scope.contains(Item(Counted("SKU-4999"), 1, 100))
    assert Counted.compared < 20
