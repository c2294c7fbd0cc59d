"""The one place where a price is computed: facts and lines in, Quote out."""

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
from app.core.pricing.engine.quote import AS_INVOICED, VERSION, AppliedPromotion, Combination, Quote
from app.core.pricing.engine.tax import UK, TaxRules


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
    """Price a cart. Items of one SKU and customisation are merged and lines sorted, so neither order nor splitting
    changes the answer. `gifts` are what promotions may give, a unit of each: one that is not among them, or of
    which the store has not enough beside what is bought, is not given. An exclusive promotion is taken alone where
    that saves the shopper more, tax included, than all that go together; of equals, the one that comes first. A
    gift saves its price."""
    wanted = merge_items(items)
    giveable = {gift.sku: gift for gift in gifts}
    reached = promotions.applicable(wanted, charges, giveable, context)
    together = [one for one in reached if not one.promotion.exclusive]
    alone = [[one] for one in reached if one.promotion.exclusive]
    choices = [_giveable(wanted, giveable, choice) for choice in (together, *alone)]
    tried = [_try(wanted, charges, giveable, choice, rules) for choice in choices if choice]
    if not tried:
        return DiscountedCart(_rows(wanted, charges), rules).quote(currency)
    if len(tried) == 1:
        return tried[0].quote(currency)
    best = max(tried, key=lambda one: one.saved)
    return best.quote(currency, _options(tried, best))


def requote(facts: Mapping[str, Any]) -> Quote:
    """The quote recomputed from the facts that an order froze: equal to what was shown, or something is wrong.
    Raises ValueError for facts of another version."""
    if facts["version"] != VERSION:
        raise ValueError(f"These facts are of version {facts['version']}, not {VERSION}.")
    rules = TaxRules.from_facts(facts.get("tax_rules", {}))
    if facts.get("kind") == AS_INVOICED:
        return requote_as_invoiced(facts, rules)
    promotions = [_applied(each) for each in facts.get("promotions", ())]
    given: dict[LineKey, int] = {}
    for each in promotions:
        if each.kind == Gift.kind:
            key = each.lines[0][0]
            given[key] = given.get(key, 0) + each.terms["units"]
    rows = [
        CartRow(key, line["quantity"] - given.get(key, 0), line["unit_price"], line["tax_rate"])
        for line in (*facts["lines"], *facts.get("charges", ()))
        for key in [(line["sku"], line.get("customisation", ""))]
    ]
    taking = DiscountedCart(rows, rules)
    for key, units in given.items():
        taking.rows[key].add_gift(units)
    for each in promotions:
        taking.apply(kinds.make_benefit(each.kind, each.terms), each)
    return taking.quote(facts["currency"])


def units_bought(quote: Quote) -> dict[LineKey, int]:
    """Units of each line without those that promotions gave."""
    units = {(line.sku, line.customisation): line.quantity for line in quote.lines}
    for one in quote.applied:
        if one.kind == Gift.kind:
            units[one.lines[0][0]] -= one.terms["units"]
    return {key: quantity for key, quantity in units.items() if quantity}


def merge_items(items: Iterable[Item]) -> list[Item]:
    """One item for each SKU and customisation, sorted, at the price for all units of its SKU."""
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
    goods = [CartRow(item.key, item.quantity, item.unit_price, item.tax_rate) for item in items]
    return goods + [CartRow(charge_key(one.code), 1, one.amount, one.tax_rate) for one in charges]


def _giveable(
    items: Sequence[Item], gifts: Mapping[str, Item], choice: Sequence[ApplicablePromotion]
) -> list[ApplicablePromotion]:
    """Without gifts of which too few are there, once what is bought and what was given before is taken."""
    left = {gift.sku: gift.available for gift in gifts.values() if gift.available is not None}
    for item in items:
        if item.sku in left:
            left[item.sku] -= item.quantity
    kept = []
    for one in choice:
        sku, offer = one.promotion.gift, one.promotion.benefit
        if sku in left and isinstance(offer, Gift):
            if left[sku] < offer.units:
                continue
            left[sku] -= offer.units
        kept.append(one)
    return kept


def _try(
    items: Sequence[Item],
    charges: Sequence[Charge],
    gifts: Mapping[str, Item],
    choice: Sequence[ApplicablePromotion],
    rules: TaxRules,
) -> DiscountedCart:
    """Take promotions that go together, in their order; what they give is there for all of them."""
    taking = DiscountedCart(_rows(items, charges), rules)
    for promotion, _ in choice:
        if promotion.gift and isinstance(promotion.benefit, Gift):
            gift = gifts[promotion.gift]
            row = taking.rows.setdefault(
                gift.key, CartRow(gift.key, 0, gift.unit_price, gift.tax_rate)
            )
            row.add_gift(promotion.benefit.units)
    for promotion, lines in choice:
        wish = AppliedPromotion(
            promotion.benefit.kind, promotion.terms, lines, 0, promotion.code, promotion.title
        )
        taking.apply(promotion.benefit, wish)
    return taking


def _applied(facts: Mapping[str, Any]) -> AppliedPromotion:
    lines = tuple(tuple((sku, custom) for sku, custom in group) for group in facts["lines"])
    return AppliedPromotion(facts["kind"], facts["terms"], lines, 0)


def _options(tried: Sequence[DiscountedCart], best: DiscountedCart) -> tuple[Combination, ...]:
    return tuple(
        Combination(
            tuple(applied.code for applied in one.applied),
            one.saved,
            one is best,
            tuple(applied.title for applied in one.applied),
        )
        for one in tried
    )
