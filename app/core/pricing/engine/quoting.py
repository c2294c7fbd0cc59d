"""The one place that computes a price: facts and lines in, Quote out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.core.pricing.engine.apply_promotions import DiscountedCart
from app.core.pricing.engine.benefits import kinds
from app.core.pricing.engine.benefits.extras import Gift
from app.core.pricing.engine.cart_row import CartRow, LineKey, charge_key
from app.core.pricing.engine.conditions import ANY_SHOPPER, Context
from app.core.pricing.engine.invoiced import requote_as_invoiced
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.promotion import NO_PROMOTIONS, ApplicablePromotion, Promotions
from app.core.pricing.engine.quote import (
    AS_INVOICED,
    VERSION,
    AppliedPromotion,
    Combination,
    Quote,
)
from app.core.pricing.engine.tax import UK, CombinedRate, NamedRate, TaxRules


def quote(
    currency: str,
    items: Iterable[Item],
    *,
    rules: TaxRules = UK,
    charges: Sequence[Charge] = (),
    gifts: Iterable[Item] = (),
    promotions: Promotions = NO_PROMOTIONS,
    context: Context = ANY_SHOPPER,
) -> Quote:
    """Return the price of a cart.

    Items of one SKU and customisation become one line, and the lines are sorted, so neither their order nor their
    splitting changes the result. `gifts` are the items that promotions may add, one unit of each. A gift that is
    not among them, or of which the store has too few beside the bought units, is not added. An exclusive promotion
    applies alone if that saves the shopper more, tax included, than all promotions that combine; the first one
    wins a tie. A gift saves its price.
    """
    lines = merge_items(items)
    gifts_by_sku = {gift.sku: gift for gift in gifts}
    applicable = promotions.applicable(lines, charges, gifts_by_sku, context)
    together = [one for one in applicable if not one.promotion.exclusive]
    alone = [[one] for one in applicable if one.promotion.exclusive]
    choices = [_with_gifts_in_stock(lines, gifts_by_sku, choice) for choice in (together, *alone)]
    carts = [_apply(lines, charges, gifts_by_sku, choice, rules) for choice in choices if choice]
    if not carts:
        return DiscountedCart(_rows(lines, charges), rules).quote(currency)
    if len(carts) == 1:
        return carts[0].quote(currency)
    best = max(carts, key=lambda cart: cart.saved)
    return best.quote(currency, _combinations(carts, best))


def requote(facts: Mapping[str, Any]) -> Quote:
    """Return the quote that the facts of an order give. It equals the quote that the shopper saw, or the data are
    wrong.

    Raises ValueError for facts of another version.
    """
    if facts["version"] != VERSION:
        raise ValueError(f"These facts are of version {facts['version']}, not {VERSION}.")
    rules = TaxRules.from_facts(facts.get("tax_rules", {}))
    if facts.get("kind") == AS_INVOICED:
        return requote_as_invoiced(facts, rules)
    promotions = [_applied_promotion(each) for each in facts.get("promotions", ())]
    gift_units: dict[LineKey, int] = {}
    for each in promotions:
        if each.kind == Gift.kind:
            key = each.lines[0][0]
            gift_units[key] = gift_units.get(key, 0) + each.terms["units"]
    rows = [
        CartRow(key, line["quantity"] - gift_units.get(key, 0), line["unit_price"], _rate(line))
        for line in (*facts["lines"], *facts.get("charges", ()))
        for key in [(line["sku"], line.get("customisation", ""))]
    ]
    cart = DiscountedCart(rows, rules)
    for key, units in gift_units.items():
        cart.rows[key].add_gift(units)
    for each in promotions:
        cart.apply(kinds.make_benefit(each.kind, each.terms), each)
    return cart.quote(facts["currency"])


def units_bought(quote: Quote) -> dict[LineKey, int]:
    """Return the units of each line without gifts."""
    units = {(line.sku, line.customisation): line.quantity for line in quote.lines}
    for one in quote.applied:
        if one.kind == Gift.kind:
            units[one.lines[0][0]] -= one.terms["units"]
    return {key: quantity for key, quantity in units.items() if quantity}


def merge_items(items: Iterable[Item]) -> list[Item]:
    """Return one item for each SKU and customisation, sorted, at the price for all units of its SKU."""
    lines: dict[LineKey, Item] = {}
    units: dict[str, int] = {}
    for item in items:
        key = item.key
        known = lines.get(key)
        units[item.sku] = units.get(item.sku, 0) + item.quantity
        lines[key] = replace(item, quantity=item.quantity + known.quantity) if known else item
    return [_at_tier(lines[key], units[key[0]]) for key in sorted(lines)]


def _at_tier(item: Item, units: int) -> Item:
    return replace(item, unit_price=item.unit_price_for(units)) if item.tiers else item


def _rows(items: Sequence[Item], charges: Sequence[Charge]) -> list[CartRow]:
    goods = [CartRow(item.key, item.quantity, item.unit_price, item.rate) for item in items]
    return goods + [CartRow(charge_key(one.code), 1, one.amount, one.rate) for one in charges]


def _with_gifts_in_stock(
    items: Sequence[Item], gifts: Mapping[str, Item], choice: Sequence[ApplicablePromotion]
) -> list[ApplicablePromotion]:
    """Leave out promotions whose gift the store does not have, after the bought units and the gifts before it."""
    left = {gift.sku: gift.available for gift in gifts.values() if gift.available is not None}
    for item in items:
        if item.sku in left:
            left[item.sku] -= item.quantity
    possible = []
    for one in choice:
        sku, benefit = one.promotion.gift, one.promotion.benefit
        if sku in left and isinstance(benefit, Gift):
            if left[sku] < benefit.units:
                continue
            left[sku] -= benefit.units
        possible.append(one)
    return possible


def _apply(
    items: Sequence[Item],
    charges: Sequence[Charge],
    gifts: Mapping[str, Item],
    choice: Sequence[ApplicablePromotion],
    rules: TaxRules,
) -> DiscountedCart:
    """Apply promotions that combine, in their order. All of them see the lines with all gifts."""
    cart = DiscountedCart(_rows(items, charges), rules)
    for promotion, _ in choice:
        if promotion.gift and isinstance(promotion.benefit, Gift):
            gift = gifts[promotion.gift]
            new_row = CartRow(gift.key, 0, gift.unit_price, gift.rate)
            row = cart.rows.setdefault(gift.key, new_row)
            row.add_gift(promotion.benefit.units)
    for promotion, lines in choice:
        cart.apply(
            promotion.benefit,
            AppliedPromotion(
                promotion.benefit.kind, promotion.terms, lines, 0, promotion.code, promotion.title
            ),
        )
    return cart


def _rate(line: Mapping[str, Any]) -> CombinedRate:
    taxes = tuple(NamedRate(name, rate) for name, rate in line.get("taxes", ()))
    return CombinedRate(line["tax_rate"], taxes)


def _applied_promotion(facts: Mapping[str, Any]) -> AppliedPromotion:
    lines = tuple(tuple((sku, custom) for sku, custom in group) for group in facts["lines"])
    return AppliedPromotion(facts["kind"], facts["terms"], lines, 0)


def _combinations(carts: Sequence[DiscountedCart], best: DiscountedCart) -> tuple[Combination, ...]:
    return tuple(
        Combination(
            tuple(applied.code for applied in cart.applied),
            cart.saved,
            cart is best,
            tuple(applied.title for applied in cart.applied),
        )
        for cart in carts
    )
