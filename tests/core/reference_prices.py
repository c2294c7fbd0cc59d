"""A second computation of prices, slow and obvious: units in lists, exact fractions, every promotion tried. It
shares no function with the engine, only the classes of the input."""

import itertools
from fractions import Fraction
from typing import Any, NamedTuple

from app.core.pricing.engine.conditions import Context
from app.core.pricing.engine.item import Charge, Item
from app.core.pricing.engine.scope import Scope
from app.core.pricing.engine.tax import TaxRules
from tests.core.reference_offers import OFFERS, Line, half_up, left, rounded, share_out


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
    if item.voucher:
        return item.sku in scope.skus or item.product in scope.products
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
    lines = {line["key"]: start(line["price"], line["units"], line["item"]) for line in wanted}
    for charge in charges:
        lines["", charge.code] = start(charge.amount, 1, charge)
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
    before = sum(one.total for one in taxed(whole, rules).values())
    figures = taxed(lines, rules)
    sums = [sum(column) for column in zip(*(one[1:4] for one in figures.values()), strict=True)]
    sums = sums or [0, 0, 0]
    return {
        "total": sums[0], "net": sums[1], "tax": sums[2], "saved": saved, "less": before - sums[0],
        "lines": {key: one[:4] for key, one in figures.items()}, "taxes": by_tax(lines, figures),
    }  # fmt: skip


def of_gift(gift: Item) -> Line:
    return start(gift.unit_price, 0, gift)


def start(price: int, units: int, of: Item | Charge) -> Line:
    """`open` units can still be claimed by a promotion and cost `money`; `closed` is the money of the others."""
    return {
        "price": price,
        "quantity": units,
        "open": units,
        "money": price * units,
        "closed": 0,
        "rates": of.taxes or (("", of.tax_rate),),
    }


class Taxed(NamedTuple):
    units: int
    total: int
    net: int
    tax: int
    parts: list[int]
    """The tax of each of its taxes."""


Figures = dict[Any, Taxed]
"""By line."""


def taxed(lines: dict[Any, Line], rules: TaxRules) -> Figures:
    found = {key: tax(line, rules) for key, line in lines.items()}
    if rules.tax_level == "total":
        for rates in {line["rates"] for line in lines.values()}:
            mine = sorted(key for key, line in lines.items() if line["rates"] == rates)
            found |= of_rate({key: lines[key] for key in mine}, rates, rules)
    return found


def of_rate(lines: dict[Any, Line], rates: Any, rules: TaxRules) -> Figures:
    """The exact tax on the sum of the lines of one rate, rounded once, and shared out over the lines."""
    amounts = [left(line) for line in lines.values()]
    whole = taxes(sum(amounts), rates, rules)
    done, found, dealt = [0] * len(whole), {}, 0
    for (key, line), part in zip(lines.items(), share_out(sum(whole), amounts), strict=True):
        dealt += part
        now = first_of(dealt, whole)
        parts = [after - before for after, before in zip(now, done, strict=True)]
        found[key] = figures_of(line, parts, rules)
        done = now
    return found


def first_of(amount: int, parts: list[int]) -> list[int]:
    """Of the first `amount` of the sum of the parts: how much is of each. The last part is cut off first."""
    if len(parts) == 1:
        return [amount]
    rest = half_up(Fraction(amount * sum(parts[:-1]), sum(parts) or 1))
    return [*first_of(rest, parts[:-1]), amount - rest]


def tax(line: Line, rules: TaxRules) -> Taxed:
    amount, units = left(line), line["quantity"]
    parts = [amount]
    if rules.tax_level == "unit" and units:
        sums = [half_up(Fraction(amount * n, units)) for n in range(units + 1)]
        parts = [after - before for before, after in itertools.pairwise(sums)]
    each = [taxes(part, line["rates"], rules) for part in parts]
    return figures_of(line, [sum(column) for column in zip(*each, strict=True)], rules)


def taxes(amount: int, rates: Any, rules: TaxRules) -> list[int]:
    """Each tax on an amount, from its exact value."""
    fractions = [Fraction(rate, 1_000_000) for _, rate in rates]
    if not rules.tax_included:
        return [rounded(amount * rate, rules) for rate in fractions]
    net = Fraction(amount) / (1 + sum(fractions))
    if rules.rounding_target == "net":
        return share_out(amount - rounded(net, rules), [rate for _, rate in rates])
    return [rounded(net * rate, rules) for rate in fractions]


def figures_of(line: Line, parts: list[int], rules: TaxRules) -> Taxed:
    amount, whole = left(line), sum(parts)
    if rules.tax_included:
        return Taxed(line["quantity"], amount, amount - whole, whole, parts)
    return Taxed(line["quantity"], amount + whole, amount, whole, parts)


def by_tax(lines: dict[Any, Line], figures: Figures) -> dict[tuple[str, int], tuple[int, int]]:
    """By name and rate: the net that is taxed, and the tax."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for key, line in lines.items():
        for (name, rate), part in zip(line["rates"], figures[key][4], strict=True):
            net, so_far = found.get((name, rate), (0, 0))
            found[name, rate] = net + figures[key][2], so_far + part
    return found
