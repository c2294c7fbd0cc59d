"""Why the price of a cart changed: the differences of two quotes of one cart, in words."""

from collections.abc import Iterator

from app.core.money import format_minor
from app.core.pricing.engine.cart_row import LineKey
from app.core.pricing.engine.price_breakdown import Step
from app.core.pricing.engine.quote import AppliedPromotion, Quote, QuoteLine
from app.core.pricing.engine.tax import format_rate


def list_changes(old: Quote, new: Quote) -> list[Step]:
    """Return the differences, line by line, then promotion by promotion."""
    return [*_lines(old, new), *_promotions(old, new)]


def _lines(old: Quote, new: Quote) -> Iterator[Step]:
    lines_before, lines_now = _by_key(old), _by_key(new)
    for key in sorted(lines_before | lines_now):
        before, now = lines_before.get(key), lines_now.get(key)
        name = key[0] or key[1].capitalize()
        if before is None or now is None:
            yield Step(
                "base",
                f"{name} is {'no longer' if now is None else 'now'} part of it",
                key[0] or None,
            )
            continue
        if before.unit_price != now.unit_price:
            old_price, new_price = _minor(old, before.unit_price), _minor(new, now.unit_price)
            text = f"{name} costs {new_price} each, and cost {old_price}"
            yield Step("base", text, key[0] or None)
        if (before.tax_rate, before.taxes) != (now.tax_rate, now.taxes):
            old_rate, new_rate = _rates(before), _rates(now)
            text = f"{name} is taxed at {new_rate}, and was at {old_rate}"
            yield Step("tax", text, key[0] or None)


def _promotions(old: Quote, new: Quote) -> Iterator[Step]:
    applied_before, applied_now = _by_code(old), _by_code(new)
    for code in dict.fromkeys([*applied_before, *applied_now]):
        before, now = applied_before.get(code), applied_now.get(code)
        if now is None and before is not None:
            text = f"{before.title} no longer applies: it saved {_minor(old, before.amount)}"
        elif before is None and now is not None:
            text = f"{now.title} applies now: it saves {_minor(new, now.amount)}"
        elif before is not None and now is not None and before.amount != now.amount:
            saved, saves = _minor(old, before.amount), _minor(new, now.amount)
            text = f"{now.title} saves {saves}, and saved {saved}"
        else:
            continue
        yield Step("promotion", text, code=code)


def _rates(line: QuoteLine) -> str:
    """Return `20 %`, or `GST 5 % and QST 9.975 %`."""
    return " and ".join(f"{name} {format_rate(rate)}".strip() for name, rate, _ in line.named_taxes)


def _by_key(quote: Quote) -> dict[LineKey, QuoteLine]:
    return {(line.sku, line.customisation): line for line in (*quote.lines, *quote.charges)}


def _by_code(quote: Quote) -> dict[str, AppliedPromotion]:
    return {one.code: one for one in quote.applied}


def _minor(quote: Quote, amount: int) -> str:
    return format_minor(amount, quote.currency)
