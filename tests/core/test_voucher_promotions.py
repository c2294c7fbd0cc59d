"""No promotion discounts a gift card that it does not name, because a discounted card buys the next one."""

from typing import Any

import pytest

from app.core.pricing.engine.benefits.amounts import Amount, FixedPrice, Percentage, Tiers
from app.core.pricing.engine.benefits.benefit import Benefit
from app.core.pricing.engine.benefits.extras import FreeDelivery, Gift
from app.core.pricing.engine.benefits.multibuys import Bundle, BuyGet, CheapestFree
from app.core.pricing.engine.conditions import Conditions
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.promotion import Promotion, Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.engine.scope import Scope
from tests.core.payment_processing.test_purchased_gift_cards import on_sale
from tests.drivers.shop import Shop

CARD = Item("GIFT", 2, 5000, 0, product="gift-card", category="presents", voucher=True)
MUG = Item("MUG", 1, 1000, product="mug", category="presents")
TEA = Item("TEA", 1, 300)


def priced(items: list[Item], benefit: Benefit, *scopes: Scope, **conditions: Any) -> Quote:
    gift = "TEA" if isinstance(benefit, Gift) else None
    scopes = scopes or (Scope(),) * (benefit.scopes or 2)
    promotion = Promotion("P", "P", benefit, scopes, Conditions(**conditions), gift=gift)
    return quote(
        "GBP",
        items,
        charges=[Charge("delivery", 495)],
        gifts=[TEA],
        promotions=Promotions([promotion]),
    )


@pytest.mark.parametrize(
    "benefit",
    [
        Percentage(1000), Amount(500), Amount(500, each=True), FixedPrice(100), BuyGet(1, 1),
        CheapestFree(2), Bundle((1, 1), 100), Tiers(((1000, 500),)), Gift(), FreeDelivery(),
    ],
    ids=lambda benefit: benefit.kind,
)  # fmt: skip
def test_no_kind_of_promotion_on_everything_applies_to_a_gift_card(benefit: Benefit) -> None:
    assert priced([CARD], benefit).applied == ()
    if not isinstance(benefit, Gift):
        card = next(line for line in priced([CARD, MUG], benefit).lines if line.sku == "GIFT")
        assert (card.discounts, card.total) == ((), 10_000)


def test_a_category_does_not_name_a_gift_card() -> None:
    found = priced([CARD, MUG], Percentage(1000), Scope(categories=frozenset({"presents"})))
    assert [discount.amount for line in found.lines for discount in line.discounts] == [100]


@pytest.mark.parametrize(
    "scope", [Scope(skus=frozenset({"GIFT"})), Scope(products=frozenset({"gift-card"}))]
)
def test_a_scope_that_names_the_card_applies_to_it(scope: Scope) -> None:
    assert priced([CARD, MUG], Percentage(1000), scope).applied[0].amount == 1000


@pytest.mark.parametrize(
    ("conditions", "applies"),
    [
        ({"min_amount": 1000}, True), ({"min_amount": 1001}, False),
        ({"min_quantity": 1}, True), ({"min_quantity": 2}, False), ({"needs": Scope()}, True),
    ],
)  # fmt: skip
def test_a_gift_card_does_not_count_for_a_condition(
    conditions: dict[str, Any], applies: bool
) -> None:
    assert bool(priced([CARD, MUG], Percentage(1000), **conditions).applied) is applies


def test_a_gift_card_does_not_meet_the_need_for_something_in_the_cart() -> None:
    on_mugs = Scope(skus=frozenset({"MUG"}))
    needs = Scope(categories=frozenset({"presents"}), without=frozenset({"MUG"}))
    assert priced([CARD, MUG], Percentage(1000), on_mugs, needs=needs).applied == ()


def test_a_card_of_50_costs_50_while_everything_else_is_10_per_cent_off(shop: Shop) -> None:
    on_sale(shop)
    shop.promote("percentage", {"rate": 1000})
    seen = shop.cart({"GIFT": 1, "MUG": 1})
    quoted = shop.call("GET", f"/api/v1/carts/{seen['id']}", seen["token"]).get_json()["quote"]
    assert {line["sku"]: line["discount"] for line in quoted["lines"]} == {"GIFT": 0, "MUG": 120}
