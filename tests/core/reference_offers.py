"""The amount of each kind of promotion, computed slowly and obviously, for reference_prices."""

import itertools
from fractions import Fraction
from math import floor
from typing import Any

from app.core.pricing.engine.tax import TaxRules

Line = dict[str, Any]


def half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))


def rounded(number: Fraction, rules: TaxRules) -> int:
    return half_up(number) if rules.rounding_mode == "half_up" else round(number)


def left(line: Line) -> int:
    return int(line["money"] + line["closed"])


def take(line: Line, amount: int) -> None:
    """Take the amount from all units of a line alike."""
    of_open = half_up(Fraction(amount * line["money"], left(line))) if left(line) else 0
    line["money"] -= of_open
    line["closed"] -= amount - of_open


def close(line: Line, units: int) -> int:
    """Close units of the line and return their price."""
    worth = half_up(Fraction(line["money"] * units, line["open"])) if units else 0
    line["open"] -= units
    line["money"] -= worth
    line["closed"] += worth
    return worth


def share_out(amount: int, weights: list[int]) -> list[int]:
    sums = [
        half_up(Fraction(amount * sum(weights[:n]), sum(weights))) if sum(weights) else 0
        for n in range(len(weights) + 1)
    ]
    return [after - before for before, after in itertools.pairwise(sums)]


def take_together(lines: list[Line], amount: int) -> int:
    for line, part in zip(lines, share_out(amount, [left(o) for o in lines]), strict=True):
        take(line, part)
    return amount


def percentage(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    mine = [lines[key] for key in groups[0]]
    return take_together(mine, rounded(Fraction(sum(map(left, mine)) * offer.rate, 10_000), rules))


def amount(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    mine = [lines[key] for key in groups[0]]
    if not offer.each:
        return take_together(mine, min(offer.amount, sum(map(left, mine))))
    saved = 0
    for line in mine:
        off = min(line["money"], offer.amount * line["open"])
        line["money"] -= off
        saved += off
    return saved


def fixed_price(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    saved = 0
    for line in (lines[key] for key in groups[0]):
        if line["money"] > offer.price * line["open"]:
            saved += line["money"] - offer.price * line["open"]
            line["money"] = offer.price * line["open"]
    return saved


def tiers(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    mine = [lines[key] for key in groups[0]]
    spent = sum(map(left, mine))
    best = 0
    for from_amount, off in offer.steps:
        if spent >= from_amount:
            best = off
    off = rounded(Fraction(spent * best, 10_000), rules) if offer.percent else min(best, spent)
    return take_together(mine, off)


def units_of(lines: Any, keys: Any) -> list[tuple[Fraction, Any]]:
    """Return each open unit, the most expensive first."""
    return sorted(
        (Fraction(-lines[key]["money"], lines[key]["open"]), key)
        for key in keys
        for _ in range(lines[key]["open"])
    )


def buy_get(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    chosen: list[Any] = []
    sets = 0
    while picked := pick(offer, lines, groups, sets + 1):
        sets, chosen = sets + 1, picked
    saved = 0
    for key in dict.fromkeys(chosen):
        worth = close(lines[key], chosen.count(key))
        off = rounded(Fraction(worth * offer.rate, 10_000), rules)
        lines[key]["closed"] -= off
        saved += off
    bought = [key for _, key in units_of(lines, groups[0])][: sets * offer.buy]
    for key in dict.fromkeys(bought):
        close(lines[key], bought.count(key))
    return saved


def pick(offer: Any, lines: Any, groups: Any, sets: int) -> list[Any]:
    """Return the cheapest units to give for so many sets; none if there are not enough."""
    to_buy = len(units_of(lines, groups[0]))
    chosen: list[Any] = []
    for _, key in reversed(units_of(lines, groups[1])):
        if len(chosen) == sets * offer.get:
            break
        if key in groups[0]:
            if to_buy == sets * offer.buy:
                continue
            to_buy -= 1
        chosen.append(key)
    enough = len(chosen) == sets * offer.get and to_buy >= sets * offer.buy
    return chosen if enough else []


class _OneOf:
    def __init__(self, of: int) -> None:
        self.buy, self.get, self.rate = of - 1, 1, 10_000


def cheapest_free(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    return buy_get(_OneOf(offer.group_size), lines, [groups[0], groups[0]], rules)


def bundle(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    mine = [
        [key for key in keys if not any(key in before for before in groups[:place])]
        for place, keys in enumerate(groups)
    ]
    best: list[Any] = []
    most, sets, number = Fraction(0), 1, 0
    while (chosen := of_sets(offer, lines, mine, sets)) is not None:
        exact = sum(Fraction(lines[k]["money"], lines[k]["open"]) for k in chosen)
        if exact - sets * offer.price > most:
            best, most, number = chosen, exact - sets * offer.price, sets
        sets += 1
    keys = list(dict.fromkeys(best))
    worths = [close(lines[key], best.count(key)) for key in keys]
    saved = max(sum(worths) - number * offer.price, 0)
    for key, part in zip(keys, share_out(saved, worths), strict=True):
        lines[key]["closed"] -= part
    return int(saved)


def of_sets(offer: Any, lines: Any, groups: Any, sets: int) -> list[Any] | None:
    chosen: list[Any] = []
    for keys, each in zip(groups, offer.quantities, strict=True):
        free = units_of(lines, keys)
        if len(free) < sets * each:
            return None
        chosen += [key for _, key in free[: sets * each]]
    return chosen


def gift(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    line = lines[groups[0][0]]
    line["closed"] -= offer.units * line["price"]
    return int(offer.units * line["price"])


def free_delivery(offer: Any, lines: Any, groups: Any, rules: TaxRules) -> int:
    mine = [lines[key] for key in groups[0]]
    return take_together(mine, sum(map(left, mine)))


OFFERS: dict[str, Any] = {
    "percentage": percentage, "amount": amount, "fixed_price": fixed_price, "tiers": tiers,
    "buy_get": buy_get, "cheapest_free": cheapest_free, "bundle": bundle, "gift": gift,
    "free_delivery": free_delivery,
}  # fmt: skip
