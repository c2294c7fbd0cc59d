"""Each kind of promotion by an example that a person can follow."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from app.core import money
from app.core.pricing.engine.benefits import kinds
from app.core.pricing.engine.benefits.amounts import Amount, FixedPrice, Percentage, Tiers
from app.core.pricing.engine.benefits.benefit import Benefit
from app.core.pricing.engine.benefits.extras import FreeDelivery, Gift
from app.core.pricing.engine.benefits.multibuys import Bundle, BuyGet, CheapestFree
from app.core.pricing.engine.conditions import Conditions, Context, Hours
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.promotion import Promotion, Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote
from app.core.pricing.engine.scope import ALL_GOODS, Scope
from app.core.pricing.engine.tax import TaxRules

GIFTS = (Item("TEA", 1, 350),)
PRICES = {"CAP": 1000, "LAMP": 2400, "MUG": 999, "SHIRT": 1999, "TEA": 350}


def priced(
    cart: Mapping[str, int], *promotions: Promotion, context: Context | None = None, **more: Any
) -> Quote:
    items = [
        Item(sku, units, PRICES[sku], product=sku.lower(), category="tea" if sku == "TEA" else "")
        for sku, units in cart.items()
    ]
    context = context or Context()
    return quote(
        "GBP", items, promotions=Promotions(promotions), context=context, gifts=GIFTS, **more
    )


def saved(cart: Mapping[str, int], offer: Benefit, *scopes: Scope, **more: Any) -> int:
    promotion = Promotion("P", "A promotion", offer, scopes or (ALL_GOODS,) * (offer.scopes or 1))
    return sum(one.amount for one in priced(cart, promotion, **more).applied)


def of(*skus: str) -> Scope:
    return Scope(skus=frozenset(skus))


@pytest.mark.parametrize(
    ("cart", "offer", "scopes", "amount"),
    [
        ({"SHIRT": 3, "CAP": 1}, Percentage(1000), (), 700),  # of 69.97, rounded once
        ({"MUG": 3}, Amount(500), (), 500),
        ({"TEA": 1}, Amount(500), (), 350),  # never more than it costs
        ({"MUG": 3, "TEA": 2}, Amount(500, each=True), (), 3 * 500 + 2 * 350),
        ({"MUG": 3, "TEA": 2}, FixedPrice(500), (), 3 * 499),  # a lower price stays
        ({"MUG": 3, "TEA": 2}, BuyGet(2, 1), (of("MUG"), of("TEA")), 350),
        ({"MUG": 4, "TEA": 1}, BuyGet(2, 1), (of("MUG"), of("TEA")), 350),  # one set is complete
        ({"MUG": 1, "TEA": 5}, BuyGet(2, 1), (of("MUG"), of("TEA")), 0),
        ({"MUG": 3}, BuyGet(2, 1), (of("MUG"), of("MUG")), 999),
        ({"MUG": 5}, BuyGet(2, 1), (of("MUG"), of("MUG")), 999),
        ({"MUG": 2, "TEA": 1}, BuyGet(2, 1, 5000), (of("MUG"), of("TEA")), 175),
        ({"LAMP": 1, "MUG": 1, "TEA": 2}, CheapestFree(2), (), 700),
        ({"LAMP": 1, "MUG": 1, "TEA": 1}, CheapestFree(3), (), 350),
        ({"LAMP": 2, "MUG": 2}, Bundle((1, 1), 3000), (of("LAMP"), of("MUG")), 2 * 399),
        ({"LAMP": 1, "TEA": 9}, Bundle((3,), 1100), (), 2400 + 700 - 1100),  # a second costs more
        ({"TEA": 9}, Bundle((3,), 1050), (), 0),
        ({"LAMP": 2}, Tiers(((5000, 500), (10000, 1500))), (), 0),
        ({"LAMP": 3}, Tiers(((5000, 500), (10000, 1500))), (), 500),
        ({"LAMP": 5}, Tiers(((5000, 500), (10000, 1500))), (), 1500),
        ({"LAMP": 5}, Tiers(((5000, 500), (10000, 1500)), percent=True), (), 1800),
    ],
    ids=str,
)
def test_a_promotion_saves_the_expected_amount(
    cart: dict[str, int], offer: Benefit, scopes: tuple[Scope, ...], amount: int
) -> None:
    assert saved(cart, offer, *scopes) == amount


def test_j8_a_coupon_of_5_pounds_is_shared_among_the_units() -> None:
    coupon = Promotion("FIVE", "£5 off", Amount(500), conditions=Conditions(coupon=True))
    answer = priced({"MUG": 3}, coupon, context=Context(coupons=frozenset({"FIVE"})))
    assert (answer.total, answer.tax, answer.net) == (2497, 416, 2081)
    [line] = answer.lines
    assert [money.share(line.total, 3, unit, 1) for unit in range(3)] == [832, 833, 832]
    assert [money.share(line.tax, 3, unit, 1) for unit in range(3)] == [139, 138, 139]
    assert priced({"MUG": 3}, coupon).total == 2997


def test_j4_ten_percent_is_spread_over_the_lines() -> None:
    answer = priced({"SHIRT": 3, "CAP": 1}, Promotion("TEN", "10 % off", Percentage(1000)))
    assert [(line.sku, line.total) for line in answer.lines] == [("CAP", 900), ("SHIRT", 5397)]


def test_a_gift_is_a_line_that_costs_nothing() -> None:
    gift = Promotion("TEA", "Tea for you", Gift(), (of("LAMP"),), gift="TEA")
    answer = priced({"LAMP": 1}, gift)
    assert [(line.sku, line.quantity, line.total) for line in answer.lines] == [
        ("LAMP", 1, 2400), ("TEA", 1, 0)
    ]  # fmt: skip
    more = priced({"LAMP": 1, "TEA": 2}, gift)
    assert [(line.sku, line.quantity, line.total) for line in more.lines] == [
        ("LAMP", 1, 2400), ("TEA", 3, 700)
    ]  # fmt: skip


def test_a_gift_does_not_count_for_other_promotions() -> None:
    gift = Promotion("TEA", "Tea for you", Gift(), (of("LAMP"),), gift="TEA")
    half = Promotion("HALF", "Half price", Percentage(5000))
    assert priced({"LAMP": 1}, gift, half).total == 1200


def test_free_delivery_reduces_only_delivery() -> None:
    free = Promotion(
        "FREE", "Free delivery", FreeDelivery(), conditions=Conditions(min_amount=2000)
    )
    charges = [Charge("delivery", 395), Charge("wrapping", 200)]
    assert priced({"MUG": 1}, free, charges=charges).total == 999 + 395 + 200
    assert priced({"LAMP": 1}, free, charges=charges).total == 2400 + 200


def test_a_promotion_on_goods_does_not_reduce_charges() -> None:
    half = Promotion("HALF", "Half price", Percentage(5000))
    assert priced({"LAMP": 1}, half, charges=[Charge("delivery", 395)]).total == 1200 + 395


def test_combined_promotions_apply_in_the_order_of_their_priority() -> None:
    five = Promotion("FIVE", "£5 off", Amount(500), priority=1)
    half = Promotion("HALF", "Half price", Percentage(5000), priority=2)
    assert priced({"LAMP": 1}, half, five).total == (2400 - 500) // 2
    assert priced({"LAMP": 1}, half, replace(five, priority=3)).total == 2400 // 2 - 500


def test_with_added_tax_the_best_choice_is_by_the_amount_with_tax() -> None:
    """A discount of £1.00 on a taxed item saves more than £1.10 on an untaxed one."""
    items = [Item("COAT", 1, 1000, 200_000), Item("BOOK", 1, 1000, 0)]
    promotions = [
        Promotion(code, code, Amount(off), (Scope(skus=frozenset([code])),), exclusive=True)
        for code, off in (("COAT", 100), ("BOOK", 110))
    ]
    net = TaxRules(tax_included=False)
    chosen = quote("GBP", items, promotions=Promotions(promotions), rules=net)
    assert (chosen.codes, chosen.total) == (["COAT"], 2200 - 120)
    assert [(one.saved, one.chosen) for one in chosen.combinations] == [(110, False), (120, True)]


def test_a_gift_saves_its_price_in_the_choice() -> None:
    half = Promotion("HALF", "Half", Percentage(5000), exclusive=True)
    tea = Promotion("TEA", "Tea", Gift(), gift="TEA", exclusive=True)
    assert priced({"CAP": 1}, half, tea).codes == ["HALF"], "£5.00, and the tea costs £3.50"
    assert priced({"CAP": 1}, replace(half, benefit=Percentage(3400)), tea).codes == ["TEA"]


def test_an_exclusive_promotion_applies_only_if_it_saves_more_and_the_choice_is_shown() -> None:
    five = Promotion("FIVE", "£5 off", Amount(500))
    tenth = Promotion("TENTH", "10 % off", Percentage(1000))
    third = Promotion("THIRD", "A third off", Percentage(3333), exclusive=True)
    small, large = priced({"MUG": 1}, five, tenth, third), priced({"LAMP": 4}, five, tenth, third)
    assert [one.code for one in small.applied] == ["FIVE", "TENTH"]
    assert [one.code for one in large.applied] == ["THIRD"]
    assert [(o.codes, o.saved, o.chosen) for o in large.combinations] == [
        (("FIVE", "TENTH"), 1410, False), (("THIRD",), 3200, True)
    ]  # fmt: skip


def test_a_unit_counts_for_only_one_promotion() -> None:
    third = Promotion("THIRD", "3 for 2", CheapestFree(3), (of("MUG"),), priority=1)
    pair = Promotion("PAIR", "2 for 15", Bundle((2,), 1500), (of("MUG"),), priority=2)
    assert priced({"MUG": 5}, third, pair).total == 2 * 999 + 1500


@pytest.mark.parametrize(
    ("conditions", "context", "applies"),
    [
        (Conditions(min_quantity=2), Context(), True),
        (Conditions(min_quantity=3), Context(), False),
        (Conditions(min_amount=4800), Context(), True),
        (Conditions(min_amount=4801), Context(), False),
        (Conditions(needs=of("LAMP")), Context(), True),
        (Conditions(needs=of("MUG")), Context(), False),
        (Conditions(needs=Scope(categories=frozenset({"tea"}))), Context(), False),
        (Conditions(customer_groups=frozenset({"staff"})), Context(), False),
        (
            Conditions(customer_groups=frozenset({"staff"})),
            Context(customer_groups=frozenset({"staff", "old"})),
            True,
        ),
        (Conditions(first_order=True), Context(), False),
        (Conditions(first_order=True), Context(first_order=True), True),
        (Conditions(channels=frozenset({"app"})), Context(channel="web"), False),
        (Conditions(channels=frozenset({"app"})), Context(channel="app"), True),
        (Conditions(locations=frozenset({"lds"})), Context(location="yrk"), False),
        (Conditions(coupon=True), Context(), False),
        (Conditions(coupon=True), Context(coupons=frozenset({"P"})), True),
    ],
)
def test_a_promotion_applies_if_all_its_conditions_hold(
    conditions: Conditions, context: Context, applies: bool
) -> None:
    half = Promotion("P", "Half price", Percentage(5000), conditions=conditions)
    assert (priced({"LAMP": 2}, half, context=context).total == 2400) is applies


@pytest.mark.parametrize(
    ("moment", "zone", "applies"),
    [
        (datetime(2026, 11, 27, 0, 0, tzinfo=UTC), "Europe/London", True),
        (datetime(2026, 11, 26, 23, 59, 59, tzinfo=UTC), "Europe/London", False),
        (datetime(2026, 11, 26, 23, 0, tzinfo=UTC), "Europe/Paris", True),
        (datetime(2026, 11, 30, 23, 59, 58, tzinfo=UTC), "Europe/London", True),
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), "Europe/London", False),
    ],
)
def test_a_schedule_follows_the_stores_clock(moment: datetime, zone: str, applies: bool) -> None:
    conditions = Conditions(
        starts=datetime(2026, 11, 27), ends=datetime(2026, 11, 30, 23, 59, 59)  # noqa: DTZ001 - wall clock
    )  # fmt: skip
    assert conditions.are_met(Context(at=moment, zone=zone)) is applies


@pytest.mark.parametrize(
    ("moment", "applies"),
    [
        (datetime(2026, 7, 3, 16, 0, tzinfo=UTC), True),  # Friday, 17:00 in London
        (datetime(2026, 7, 3, 15, 59, tzinfo=UTC), False),
        (datetime(2026, 7, 3, 18, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 4, 16, 0, tzinfo=UTC), False),
    ],
)
def test_happy_hours_follow_weekday_and_clock(moment: datetime, applies: bool) -> None:
    friday = Hours(frozenset({4}), time(17), time(19))
    assert Conditions(hours=(friday,)).are_met(Context(moment, "Europe/London")) is applies


@pytest.mark.parametrize(
    "offer",
    [
        Percentage(0), Percentage(10_001), Amount(0), Amount(-5), FixedPrice(-1), BuyGet(0, 1), BuyGet(1, 1, 0),
        CheapestFree(1), Bundle((), 100), Bundle((0,), 100), Bundle((1,), -1), Tiers(()),
        Tiers(((500, 501),)), Tiers(((1000, 100), (500, 50))), Tiers(((0, 20_000),), percent=True), Gift(0),
    ],
    ids=str,
)  # fmt: skip
def test_a_promotion_that_pays_the_shopper_or_saves_nothing_is_refused_with_the_reason(
    offer: Benefit,
) -> None:
    assert list(offer.problems())


@pytest.mark.parametrize(
    "offer",
    [
        Percentage(1250), Amount(500, True), FixedPrice(0), BuyGet(2, 1, 5000), CheapestFree(3),
        Bundle((1, 2), 3000), Tiers(((1000, 100), (5000, 900))), Gift(2), FreeDelivery(),
    ],
    ids=str,
)  # fmt: skip
def test_a_promotion_is_unchanged_by_json_and_describes_itself(offer: Benefit) -> None:
    assert kinds.make_benefit(offer.kind, kinds.terms_of(offer)) == offer
    assert list(offer.problems()) == []
    assert offer.describe("GBP")


def test_tax_is_rounded_by_the_rule_of_the_market() -> None:
    assert TaxRules().tax_on(999 * 3, 3, 200_000) == 500  # 4.995 up
    assert TaxRules(tax_level="unit").tax_on(999 * 3, 3, 200_000) == 3 * 167
    assert TaxRules(rounding_mode="half_even").tax_on(15, 1, 200_000) == 2  # 2.5 to the even 2
    assert TaxRules(rounding_mode="half_up").tax_on(15, 1, 200_000) == 3
    assert TaxRules(rounding_target="net").tax_on(15, 1, 200_000) == 2  # 12.5 up to 13
    assert TaxRules(tax_included=False).tax_on(2497, 3, 200_000) == 499


def test_tax_is_added_to_prices_without_tax() -> None:
    answer = priced({"MUG": 3}, rules=TaxRules(tax_included=False))
    assert (answer.net, answer.tax, answer.total) == (2997, 599, 3596)


def test_a_tier_counts_all_units_of_a_sku_with_any_customisation() -> None:
    mug = Item("MUG", 3, 999, tiers=((6, 900),))
    answer = quote("GBP", [mug, replace(mug, customisation="Ada")])
    assert [(line.customisation, line.unit_price, line.total) for line in answer.lines] == [
        ("", 900, 2700), ("Ada", 900, 2700)
    ]  # fmt: skip


def test_tax_is_listed_by_rate() -> None:
    answer = quote("GBP", [Item("A", 1, 1200), Item("B", 2, 1050, 50_000), Item("C", 1, 300, 0)])
    assert [tuple(part) for part in answer.taxes] == [
        (200_000, 1200, 1000, 200, ""), (50_000, 2100, 2000, 100, ""), (0, 300, 300, 0, "")
    ]  # fmt: skip
