"""A quote in words, step by step: base, tier, promotion with its shares, choice, tax."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.core.money import format_minor
from app.core.pricing.engine.benefits import kinds
from app.core.pricing.engine.item import Item
from app.core.pricing.engine.quote import AppliedPromotion, Combination, Quote, QuoteLine
from app.core.pricing.engine.tax import format_rate

STEPS = ("base", "tier", "promotion", "share", "choice", "tax")


class Step(NamedTuple):
    step: str
    """One of STEPS."""
    text: str
    sku: str | None = None
    code: str | None = None
    """Of the promotion; None if the quote does not know it."""


def break_down(quote: Quote, items: Iterable[Item] = ()) -> list[Step]:
    """Return the steps that lead to the quote's total.

    `items` are the items that were priced: they know the prices before price lists and tiers. Without them, as for
    a frozen order, the steps start at the quote's unit prices.
    """
    item_of: dict[str, Item] = {}
    units: dict[str, int] = {}
    for item in items:
        item_of[item.sku] = item
        units[item.sku] = units.get(item.sku, 0) + item.quantity
    steps: list[Step] = []
    for line in quote.lines:
        steps += _goods(line, item_of.get(line.sku), units.get(line.sku, 0), quote.currency)
    steps += (_charge(charge, quote.currency) for charge in quote.charges)
    for number, applied in enumerate(quote.applied):
        steps += _promotion(quote, number, applied)
    steps += _choice(quote.combinations, quote.currency)
    steps += _taxes(quote)
    return steps


def _goods(line: QuoteLine, item: Item | None, units: int, currency: str) -> Iterator[Step]:
    """Yield the line at its base price, and the list and tier that changed it for `units` of the SKU."""
    base = listed = line.unit_price
    if item is not None:
        listed = item.unit_price
        base = listed if item.base_price is None else item.base_price
    cost = _product(line.quantity, base, currency)
    yield Step("base", f"{line.quantity} × {_name(line)} at {cost}", line.sku)
    if item is not None and base != listed:
        text = f"Price list {item.price_list}: {_change(line.quantity, base, listed, currency)}"
        yield Step("tier", text, line.sku)
    if item is not None and listed != line.unit_price:
        start = max(start for start, _ in item.tiers if start <= units)
        text = f"From {start} units: {_change(line.quantity, listed, line.unit_price, currency)}"
        yield Step("tier", text, line.sku)


def _charge(charge: QuoteLine, currency: str) -> Step:
    return Step("base", f"{_name(charge)}: {format_minor(charge.unit_price, currency)}")


def _promotion(quote: Quote, number: int, applied: AppliedPromotion) -> Iterator[Step]:
    """Yield what the promotion saves in all and on each line."""
    benefit = kinds.make_benefit(applied.kind, applied.terms).describe(quote.currency)
    name = f"{applied.title} ({benefit})" if applied.title else benefit
    code = applied.code or None
    yield Step("promotion", f"{name} saves {_minor(quote, applied.amount)}", code=code)
    for line in (*quote.lines, *quote.charges):
        part = sum(each.amount for each in line.discounts if each.promotion == number)
        if part:
            text = f"{_minor(quote, part)} of it on {_name(line)}"
            yield Step("share", text, line.sku or None, code)


def _choice(combinations: Iterable[Combination], currency: str) -> Iterator[Step]:
    """Yield which combination of promotions applies, and what the others would save."""
    chosen = [
        f"{' and '.join(one.titles)} {'save' if len(one.titles) > 1 else 'saves'} "
        f"{format_minor(one.saved, currency)}: the most, so applied"
        for one in combinations
        if one.chosen and one.saved
    ]
    others = [
        f"{' and '.join(one.titles)} would have saved {format_minor(one.saved, currency)}"
        for one in combinations
        if one.saved and not one.chosen
    ]
    if chosen and others:
        yield Step("choice", "; ".join([*chosen, *others]))


def _taxes(quote: Quote) -> Iterator[Step]:
    for part in quote.taxes:
        rate, tax = format_rate(part.rate), _minor(quote, part.tax)
        if quote.rules.tax_included and part.name:
            yield Step("tax", f"{part.name} {rate} on {_minor(quote, part.net)}, included: {tax}")
        elif quote.rules.tax_included:
            yield Step("tax", f"VAT {rate} included in {_minor(quote, part.total)}: {tax}")
        else:
            yield Step("tax", f"{part.name or 'Tax'} {rate} on {_minor(quote, part.net)}: {tax}")


def _name(line: QuoteLine) -> str:
    """Return the SKU with its customisation, or the code of a charge."""
    if not line.sku:
        return line.customisation.capitalize()
    return f"{line.sku} ({line.customisation})" if line.customisation else line.sku


def _change(quantity: int, before: int, after: int, currency: str) -> str:
    return (
        f"{_product(quantity, after, currency)}, instead of {format_minor(before, currency)} each"
    )


def _product(quantity: int, price: int, currency: str) -> str:
    return f"{format_minor(price, currency)} = {format_minor(quantity * price, currency)}"


def _minor(quote: Quote, amount: int) -> str:
    return format_minor(amount, quote.currency)
