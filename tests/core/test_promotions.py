"""For any catalogue, promotions and cart the price adds up, is fair, and can be recomputed."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import money
from app.core.pricing.engine.apply_promotions import DiscountedCart
from app.core.pricing.engine.cart_row import CartRow
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.promotion import Promotions
from app.core.pricing.engine.quote import Quote
from app.core.pricing.engine.quoting import quote, requote
from app.core.pricing.engine.tax import CombinedRate
from tests.core import random_prices, reference_prices
from tests.core.random_prices import wanted


class Case:
    """A drawn world and a cart's price in it."""

    def __init__(self, draw: Any) -> None:
        self.catalogue = draw(random_prices.catalogues())
        self.cart = draw(random_prices.carts(self.catalogue))
        self.promotions = draw(random_prices.promotions())
        self.charges = draw(random_prices.charges)
        self.context = draw(random_prices.contexts)
        self.rules = draw(random_prices.tax_rules)

    def quote(self, cart: list[Item] | None = None) -> Quote:
        return quote(
            "GBP",
            self.cart if cart is None else cart,
            rules=self.rules,
            charges=self.charges,
            gifts=self.catalogue.values(),
            promotions=Promotions(self.promotions),
            context=self.context,
        )

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in vars(self).items())


cases = st.composite(Case)()


@settings(max_examples=400)
@given(cases)
def test_a_slow_reference_computation_gives_the_same_price(case: Case) -> None:
    agrees(case)


def agrees(case: Case) -> None:
    priced = case.quote()
    slow = reference_prices.price(
        case.cart, case.charges, case.catalogue, case.promotions, case.context, case.rules
    )
    lines = {
        (line.sku, line.customisation): (line.quantity, line.total, line.net, line.tax)
        for line in (*priced.lines, *priced.charges)
    }
    assert lines == slow["lines"]
    taxes = {(part.name, part.rate): (part.net, part.tax) for part in priced.taxes}
    assert taxes == slow["taxes"]
    saved = sum(applied.amount for applied in priced.applied)
    assert (priced.total, priced.net, priced.tax, saved) == tuple(
        slow[name] for name in ("total", "net", "tax", "saved")
    )


@settings(max_examples=100)
@given(cases)
def test_every_figure_adds_up_and_none_is_negative(case: Case) -> None:
    priced = case.quote()
    lines = (*priced.lines, *priced.charges)
    assert priced.total == sum(line.total for line in lines) == priced.net + priced.tax
    assert priced.tax == sum(part.tax for part in priced.taxes)
    if not any(line.taxes for line in lines):
        assert priced.total == sum(part.total for part in priced.taxes)
    for line in lines:
        assert min(line.total, line.net, line.tax) >= 0
        assert line.total == line.net + line.tax
        assert line.tax == sum(tax for _, _, tax in line.named_taxes)
        assert all(tax >= 0 for _, _, tax in line.named_taxes)
        for figure in (line.total, line.net, line.tax):
            units = [money.share(figure, line.quantity, n, 1) for n in range(line.quantity)]
            assert sum(units) == figure
            assert all(unit >= 0 for unit in units)
        goods = line.quantity * line.unit_price - sum(d.amount for d in line.discounts)
        assert goods == (line.total if priced.rules.tax_included else line.net)
    for number, applied in enumerate(priced.applied):
        parts = [d.amount for line in lines for d in line.discounts if d.promotion == number]
        assert sum(parts) == applied.amount


@settings(max_examples=100)
@given(cases)
def test_the_frozen_facts_give_the_same_bytes(case: Case) -> None:
    priced = case.quote()
    again = requote(json.loads(json.dumps(priced.facts)))
    assert again.facts == priced.facts
    assert again.hash == priced.hash


@settings(max_examples=100)
@given(cases, st.randoms(use_true_random=False))
def test_neither_order_nor_splitting_changes_the_price(case: Case, chance: Any) -> None:
    halves = [
        wanted(item, units, item.customisation)
        for item in case.cart
        for units in (1, item.quantity - 1)
        if units
    ]
    chance.shuffle(halves)
    chance.shuffle(case.promotions)
    assert case.quote(halves).hash == case.quote().hash


@settings(max_examples=100)
@given(cases, st.sampled_from(random_prices.SKUS))
def test_one_more_unit_costs_more_or_a_promotion_is_the_reason(case: Case, sku: str) -> None:
    """Without tiers, and with promotions that require no certain number or amount of goods."""
    case.catalogue = {s: _without_tiers(item) for s, item in case.catalogue.items()}
    case.cart = [wanted(case.catalogue[i.sku], i.quantity, i.customisation) for i in case.cart]
    case.promotions = [
        p for p in case.promotions if p.benefit.kind in ("percentage", "fixed_price")
    ]
    case.promotions = [
        p for p in case.promotions
        if not (p.conditions.min_quantity or p.conditions.min_amount or p.conditions.needs)
    ][:1]  # fmt: skip
    more = [*case.cart, wanted(case.catalogue[sku], 1)]
    assert case.quote(more).total >= case.quote().total


def _without_tiers(item: Item) -> Item:
    return replace(item, quantity=1, tiers=(), customisation="")


@settings(max_examples=100)
@given(cases)
def test_the_best_choice_for_the_shopper_is_made(case: Case) -> None:
    priced = case.quote()
    whole = [
        CartRow(
            (line.sku, line.customisation), line.quantity, line.unit_price,
            CombinedRate(line.tax_rate, line.taxes),
        )
        for line in (*priced.lines, *priced.charges)
    ]  # fmt: skip
    less = DiscountedCart(whole, priced.rules).quote("GBP").total - priced.total
    assert all(option.saved <= less for option in priced.combinations)
    assert [option.saved for option in priced.combinations if option.chosen] in ([], [less])
    exclusive = {p.code for p in case.promotions if p.exclusive}
    codes = [applied.code for applied in priced.applied]
    assert len(codes) == 1 or not exclusive.intersection(codes)


@pytest.mark.soak
@settings(max_examples=20_000)
@given(cases)
def test_soak_the_reference_computation_agrees_on_20000_worlds(case: Case) -> None:
    agrees(case)
