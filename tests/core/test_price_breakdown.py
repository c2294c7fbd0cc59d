"""The price breakdown shows the price step by step, and its steps add up."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from app.core.money import format_minor
from app.core.pricing.engine.benefits.amounts import Amount, Percentage
from app.core.pricing.engine.benefits.extras import FreeDelivery, Gift
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.price_breakdown import break_down
from app.core.pricing.engine.promotion import Promotion, Promotions
from app.core.pricing.engine.quoting import quote, requote
from app.core.pricing.engine.scope import Scope
from app.core.pricing.engine.tax import TaxRules
from tests.core.test_promotions import Case, cases

SHIRT = Item("SHIRT", 2, 1500, product="shirt")
MUG = Item("MUG", 3, 999, product="mug")
FIVE = Promotion("FIVE", "Five pounds off", Amount(500))


def texts(*items: Item, promotions: tuple[Promotion, ...] = (), **more: Any) -> list[str]:
    priced = quote("GBP", items, promotions=Promotions(promotions), **more)
    return [step.text for step in break_down(priced, items)]


def test_the_breakdown_of_a_plain_price_is_the_base_price_and_its_tax() -> None:
    assert texts(MUG) == ["3 × MUG at £9.99 = £29.97", "VAT 20 % included in £29.97: £5.00"]


def test_the_step_of_a_promotion_shows_its_title_its_saving_and_its_lines() -> None:
    assert texts(MUG, SHIRT, promotions=(FIVE,)) == [
        "3 × MUG at £9.99 = £29.97",
        "2 × SHIRT at £15.00 = £30.00",
        "Five pounds off (£5.00 off) saves £5.00",
        "£2.50 of it on MUG",
        "£2.50 of it on SHIRT",
        "VAT 20 % included in £54.97: £9.16",
    ]


def test_a_step_names_its_line_and_its_promotion() -> None:
    steps = break_down(quote("GBP", [MUG], promotions=Promotions([FIVE])), [MUG])
    assert [(step.step, step.sku, step.code) for step in steps] == [
        ("base", "MUG", None),
        ("promotion", None, "FIVE"),
        ("share", "MUG", "FIVE"),
        ("tax", None, None),
    ]


def test_a_tier_reached_by_several_lines_of_an_item_is_shown_on_each() -> None:
    tiers = ((5, 900), (10, 800))
    plain, engraved = (
        Item("MUG", 3, 999, tiers=tiers),
        Item("MUG", 2, 999, tiers=tiers, customisation="Ada"),
    )
    assert texts(plain, engraved)[:4] == [
        "3 × MUG at £9.99 = £29.97",
        "From 5 units: £9.00 = £27.00, instead of £9.99 each",
        "2 × MUG (Ada) at £9.99 = £19.98",
        "From 5 units: £9.00 = £18.00, instead of £9.99 each",
    ]
    assert len(texts(plain)) == 2


def test_a_price_list_is_shown_before_its_tier() -> None:
    item = Item("MUG", 4, 950, tiers=((4, 900),), base_price=999, price_list="LEEDS")
    assert texts(item)[:3] == [
        "4 × MUG at £9.99 = £39.96",
        "Price list LEEDS: £9.50 = £38.00, instead of £9.99 each",
        "From 4 units: £9.00 = £36.00, instead of £9.50 each",
    ]


def test_the_choice_among_exclusive_promotions_is_explained() -> None:
    half = Promotion("HALF", "Half price", Percentage(5000), exclusive=True)
    tenth = Promotion("TEN", "Ten percent", Percentage(1000))
    reported = texts(MUG, SHIRT, promotions=(FIVE, tenth, half))
    assert reported[-2] == (
        "Half price saves £29.99: the most, so applied; "
        "Five pounds off and Ten percent would have saved £10.50"
    )


def test_promotions_that_never_compete_need_no_explained_choice() -> None:
    other = Promotion("HALF", "Half", Percentage(5000), (Scope(skus=frozenset({"LAMP"})),))
    assert not [text for text in texts(MUG, promotions=(FIVE, other)) if "would have" in text]


def test_gifts_and_delivery_have_steps() -> None:
    tea = Item("TEA", 1, 350)
    gift = Promotion("TEA", "A tea for you", Gift(), gift="TEA")
    free = Promotion("FREE", "Delivered free", FreeDelivery())
    charges = [Charge("delivery", 395)]
    assert texts(MUG, promotions=(gift, free), gifts=[tea], charges=charges) == [
        "3 × MUG at £9.99 = £29.97",
        "1 × TEA at £3.50 = £3.50",
        "Delivery: £3.95",
        "A tea for you (1 free) saves £3.50",
        "£3.50 of it on TEA",
        "Delivered free (free delivery) saves £3.95",
        "£3.95 of it on Delivery",
        "VAT 20 % included in £29.97: £5.00",
    ]


def test_each_tax_rate_is_a_step_and_added_tax_is_labelled() -> None:
    book = Item("BOOK", 1, 1299, tax_rate=0)
    assert texts(MUG, book)[2:] == [
        "VAT 20 % included in £29.97: £5.00",
        "VAT 0 % included in £12.99: £0.00",
    ]
    assert texts(MUG, rules=TaxRules(tax_included=False))[1:] == ["Tax 20 % on £29.97: £5.99"]


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (200_000, "20 %"),
        (88_750, "8.875 %"),
        (83_125, "8.3125 %"),
        (55_000, "5.5 %"),
        (1, "0.0001 %"),
    ],
)
def test_a_rate_is_written_with_all_its_decimals(rate: int, text: str) -> None:
    assert texts(replace(MUG, tax_rate=rate))[1].startswith(f"VAT {text} included in £29.97: ")


def test_frozen_facts_are_explained_without_the_titles_that_the_hash_does_not_cover() -> None:
    priced = quote("GBP", [MUG], promotions=Promotions([FIVE]))
    again = requote(json.loads(json.dumps(priced.facts)))
    assert [step.text for step in break_down(again)] == [
        "3 × MUG at £9.99 = £29.97",
        "£5.00 off saves £5.00",
        "£5.00 of it on MUG",
        "VAT 20 % included in £24.97: £4.16",
    ]


@settings(max_examples=100)
@given(cases)
def test_the_steps_of_any_price_add_up_to_it(case: Case) -> None:
    priced = case.quote()
    lines = (*priced.lines, *priced.charges)
    steps = break_down(priced, case.cart)
    assert [step.step for step in steps] == sorted((s.step for s in steps), key=_phase)
    costs: list[int] = []
    for step in steps:
        if step.step in ("base", "tier"):
            costs = costs if step.step == "base" else costs[:-1]
            costs.append(_pence(step.text.split("=")[-1]))
    assert costs == [line.quantity * line.unit_price for line in lines]
    shares = sum(_pence(step.text) for step in steps if step.step == "share")
    assert shares == sum(applied.amount for applied in priced.applied)
    taxes = [step.text.rpartition(": ")[2] for step in steps if step.step == "tax"]
    assert taxes == [format_minor(part.tax, "GBP") for part in priced.taxes]


def _phase(step: str) -> int:
    """Return the steps by phase: goods, promotions with their shares, the choice, taxes."""
    return {"base": 0, "tier": 0, "promotion": 1, "share": 1, "choice": 2, "tax": 3}[step]


def _pence(text: str) -> int:
    """Return the first amount in the text."""
    [pounds, pence] = re.findall(r"£([\d,]+)\.(\d\d)", text)[0]
    return int(pounds.replace(",", "")) * 100 + int(pence)
