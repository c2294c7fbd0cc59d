"""The one place where a price is computed: facts and lines in, Quote out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.core.pricing.engine.basket import LineKey, Row, charge_key
from app.core.pricing.engine.conditions import ANYBODY, Context
from app.core.pricing.engine.invoiced import requote_as_invoiced
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.offers import kinds
from app.core.pricing.engine.offers.extras import Gift
from app.core.pricing.engine.promotion import NONE, Promotions, Reached
from app.core.pricing.engine.quote import AS_INVOICED, Applied, Discount, Option, Quote, QuoteLine
from app.core.pricing.engine.tax import UK, TaxRules


def quote(
    currency: str,
    items: Iterable[Item],
    *,
    rules: TaxRules = UK,
    charges: Sequence[Charge] = (),
    promotions: Promotions = NONE,
    context: Context = ANYBODY,
) -> Quote:
    """Price a cart. Items of one SKU and customisation are merged and lines sorted, so neither order nor splitting
    changes the answer. An exclusive promotion is taken alone where that saves the shopper more than all that go
    together; of equals, the one that comes first."""
    wanted = merged(items)
    reached = promotions.reached(wanted, charges, context)
    together = [one for one in reached if not one.promotion.exclusive]
    choices = [together, *([one] for one in reached if one.promotion.exclusive)]
    quotes = [_quote(currency, wanted, rules, charges, choice) for choice in choices if choice]
    if not quotes:
        return _quote(currency, wanted, rules, charges, [])
    best = max(quotes, key=lambda one: sum(applied.amount for applied in one.applied))
    return best if len(quotes) == 1 else replace(best, options=_options(quotes, best))


def requote(facts: Mapping[str, Any]) -> Quote:
    """The quote recomputed from the facts that an order froze: equal to what was shown, or something is wrong."""
    rules = TaxRules(**facts.get("tax_rules", {}))
    if facts.get("kind") == AS_INVOICED:
        return requote_as_invoiced(facts, rules)
    promotions = [_applied(each) for each in facts.get("promotions", ())]
    rows = {}
    for line in facts["lines"]:
        key = line["sku"], line.get("customisation", "")
        rows[key] = _Priced(line["quantity"], line["unit_price"], line["tax_rate"])
    for charge in facts.get("charges", ()):
        rows["", charge["customisation"]] = _Priced(1, charge["unit_price"], charge["tax_rate"])
    for each in promotions:
        if each.kind == Gift.kind:
            rows[each.lines[0][0]].gifts += each.terms["units"]
    return _take(facts["currency"], rows, rules, promotions)


def merged(items: Iterable[Item]) -> list[Item]:
    """One item for each SKU and customisation, sorted, at the price for all units of its SKU."""
    lines: dict[LineKey, Item] = {}
    units: dict[str, int] = {}
    for item in items:
        known = lines.get(item.key)
        units[item.sku] = units.get(item.sku, 0) + item.quantity
        lines[item.key] = replace(item, quantity=item.quantity + known.quantity) if known else item
    return [_at_tier(lines[key], units[key[0]]) for key in sorted(lines)]


def _at_tier(item: Item, units: int) -> Item:
    return replace(item, unit_price=item.price_for(units)) if item.tiers else item


class _Priced:
    """A line before discounts."""

    __slots__ = ("gifts", "quantity", "tax_rate", "unit_price")

    def __init__(self, quantity: int, unit_price: int, tax_rate: int) -> None:
        self.quantity = quantity
        self.unit_price = unit_price
        self.tax_rate = tax_rate
        self.gifts = 0
        """Units among them that an offer gives."""


def _quote(
    currency: str,
    items: Sequence[Item],
    rules: TaxRules,
    charges: Sequence[Charge],
    reached: Sequence[Reached],
) -> Quote:
    rows = {item.key: _Priced(item.quantity, item.unit_price, item.tax_rate) for item in items}
    for charge in charges:
        rows[charge_key(charge.code)] = _Priced(1, charge.amount, charge.tax_rate)
    for promotion, _ in reached:
        if promotion.gift and isinstance(promotion.offer, Gift):
            gift = promotion.gift
            row = rows.setdefault(gift.key, _Priced(0, gift.unit_price, gift.tax_rate))
            row.quantity += promotion.offer.units
            row.gifts += promotion.offer.units
    promotions = [
        Applied(p.offer.kind, kinds.terms_of(p.offer), groups, 0, p.code, p.title)
        for p, groups in reached
    ]
    return _take(currency, rows, rules, promotions)


def _take(
    currency: str,
    priced: Mapping[LineKey, _Priced],
    rules: TaxRules,
    promotions: Iterable[Applied],
) -> Quote:
    """Take the discounts in their order, and tax what is left."""
    rows = {
        key: Row(key, line.quantity, line.gifts, line.unit_price) for key, line in priced.items()
    }
    discounts: dict[LineKey, list[Discount]] = {key: [] for key in priced}
    applied: list[Applied] = []
    for each in promotions:
        groups = [[rows[key] for key in group] for group in each.lines]
        taken = kinds.make(each.kind, each.terms).take(groups, rules)
        for row, amount in taken:
            discounts[row.key].append(Discount(len(applied), amount))
        if taken:
            applied.append(replace(each, amount=sum(amount for _, amount in taken)))
    lines = [
        _line(key, priced[key], row.amount, rules, discounts[key])
        for key, row in sorted(rows.items())
    ]
    return Quote(
        currency,
        tuple(line for line in lines if line.sku),
        total=sum(line.total for line in lines),
        net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines),
        rules=rules,
        charges=tuple(line for line in lines if not line.sku),
        applied=tuple(applied),
    )


def _line(
    key: LineKey, line: _Priced, amount: int, rules: TaxRules, discounts: Sequence[Discount]
) -> QuoteLine:
    tax = rules.tax_of(amount, line.quantity, line.tax_rate)
    return QuoteLine(
        key[0], line.quantity, line.unit_price, line.tax_rate,
        total=amount if rules.included else amount + tax,
        net=amount - tax if rules.included else amount,
        tax=tax, customisation=key[1], discounts=tuple(discounts),
    )  # fmt: skip


def _applied(facts: Mapping[str, Any]) -> Applied:
    lines = tuple(tuple((sku, custom) for sku, custom in group) for group in facts["lines"])
    return Applied(facts["kind"], facts["terms"], lines, facts["amount"])


def _options(quotes: Sequence[Quote], best: Quote) -> tuple[Option, ...]:
    return tuple(
        Option(
            tuple(applied.code for applied in one.applied),
            sum(applied.amount for applied in one.applied),
            one is best,
        )
        for one in quotes
    )
