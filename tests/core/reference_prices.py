"""A second computation of prices, slow and obvious: units in lists, exact fractions, every promotion tried. It
shares no function with the engine, only the classes of the input."""

import itertools
from fractions import Fraction
from typing import Any

from app.core.pricing.engine.conditions import Context
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.scope import Scope
from app.core.pricing.engine.tax import TaxRules
from tests.core.reference_offers import OFFERS, Line, half_up, rounded


def price(
    items: list[Item],
    charges: list[Charge],
    gifts: dict[str, Item],
    promotions: list[Any],
    context: Context,
    rules: TaxRules,
) -> dict[str, Any]:
    """Return {total, net, tax, saved, less, lines: {key: (quantity, total, net, tax)}} of the best choice."""
    wanted = merged(items)
    reached = [p for p in promotions if applies(p, wanted, context)]
    delivered = any(charge.code == "delivery" for charge in charges)
    reached = [p for p in reached if delivered or p.benefit.kind != "free_delivery"]
    reached.sort(key=lambda p: (p.benefit.kind != "gift", p.priority, p.code))
    choices = [[p for p in reached if not p.exclusive]]
    choices += [[p] for p in reached if p.exclusive]
    answers = [answer(wanted, charges, gifts, choice, rules) for choice in choices if choice]
    best = answer(wanted, charges, gifts, [], rules)
    for number, one in enumerate(answers):
        if number == 0 or one["less"] > best["less"]:
            best = one
    return best


def merged(items: list[Item]) -> list[Line]:
    lines: dict[tuple[str, str], Line] = {}
    for item in items:
        line = lines.setdefault(
            (item.sku, item.customisation),
            {"key": (item.sku, item.customisation), "item": item, "units": 0},
        )
        line["units"] += item.quantity
    for line in lines.values():
        of_sku = sum(o["units"] for o in lines.values() if o["key"][0] == line["key"][0])
        reached = [p for start, p in line["item"].tiers if of_sku >= start]
        line["price"] = reached[-1] if reached else line["item"].unit_price
    return sorted(lines.values(), key=lambda line: line["key"])


def names(scope: Scope, line: Line) -> bool:
    item = line["item"]
    if item.sku in scope.without:
        return False
    if not scope.skus and not scope.products and not scope.categories:
        return True
    return (
        item.sku in scope.skus
        or item.product in scope.products
        or item.category in scope.categories
    )


def applies(promotion: Any, lines: list[Line], context: Context) -> bool:
    when = promotion.conditions
    first = [line for line in lines if names(promotion.scopes[0], line)]
    if any(not any(names(scope, line) for line in lines) for scope in promotion.scopes):
        return False
    return all((
        sum(line["units"] for line in first) >= when.min_quantity,
        sum(line["units"] * line["price"] for line in first) >= when.min_amount,
        when.needs is None or any(names(when.needs, line) for line in lines),
        not when.coupon or promotion.code in context.coupons,
        not when.customer_groups or when.customer_groups & context.customer_groups,
        not when.first_order or context.first_order,
        not when.channels or context.channel in when.channels,
        not when.locations or context.location in when.locations,
    ))  # fmt: skip


def answer(
    wanted: list[Line],
    charges: list[Charge],
    gifts: dict[str, Item],
    promotions: list[Any],
    rules: TaxRules,
) -> dict[str, Any]:
    lines = {
        line["key"]: start(line["price"], line["units"], line["item"].tax_rate) for line in wanted
    }
    for charge in charges:
        lines["", charge.code] = start(charge.amount, 1, charge.tax_rate)
    for p in promotions:
        if p.benefit.kind == "gift":
            line = lines.setdefault((p.gift, ""), of_gift(gifts[p.gift]))
            line["quantity"] += p.benefit.units
            line["closed"] += p.benefit.units * line["price"]
    saved = 0
    for p in promotions:
        groups = [[w["key"] for w in wanted if names(scope, w)] for scope in p.scopes]
        if p.benefit.kind == "gift":
            groups = [[(p.gift, "")]]
        if p.benefit.kind == "free_delivery":
            groups = [[("", c.code) for c in charges if c.code == "delivery"]]
        saved += OFFERS[p.benefit.kind](p.benefit, lines, groups, rules)
    whole = {
        key: {**line, "money": line["price"] * line["quantity"], "closed": 0}
        for key, line in lines.items()
    }
    before = sum(tax(line, rules)[1] for line in whole.values())
    figures = {key: tax(line, rules) for key, line in lines.items()}
    sums = [sum(one[place] for one in figures.values()) for place in (1, 2, 3)]
    return {
        "total": sums[0], "net": sums[1], "tax": sums[2], "saved": saved, "less": before - sums[0],
        "lines": figures,
    }  # fmt: skip


def of_gift(gift: Item) -> Line:
    return start(gift.unit_price, 0, gift.tax_rate)


def start(price: int, units: int, rate: int) -> Line:
    """`open` units can still be claimed by a promotion and cost `money`; `closed` is the money of the others."""
    return {
        "price": price,
        "quantity": units,
        "open": units,
        "money": price * units,
        "closed": 0,
        "rate": rate,
    }


def tax(line: Line, rules: TaxRules) -> tuple[int, int, int, int]:
    amount, units, rate = (
        line["money"] + line["closed"],
        line["quantity"],
        Fraction(line["rate"], 1_000_000),
    )
    parts = [amount]
    if rules.tax_level == "unit" and units:
        sums = [half_up(Fraction(amount * n, units)) for n in range(units + 1)]
        parts = [after - before for before, after in itertools.pairwise(sums)]
    if not rules.tax_included:
        taxes = sum(rounded(part * rate, rules) for part in parts)
        return units, amount + taxes, amount, taxes
    if rules.rounding_target == "net":
        net = sum(rounded(part / (1 + rate), rules) for part in parts)
        return units, amount, net, amount - net
    taxes = sum(rounded(part * rate / (1 + rate), rules) for part in parts)
    return units, amount, amount - taxes, taxes
