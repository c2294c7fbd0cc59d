"""Why a cart costs something else than it did: two quotes of one cart, compared in words."""

from collections.abc import Iterator

from app.core.money import format_minor
from app.core.pricing.engine.price_breakdown import Step
from app.core.pricing.engine.quote import AppliedPromotion, Quote, QuoteLine
from app.core.pricing.engine.tax import format_rate


def list_changes(old: Quote, new: Quote) -> list[Step]:
    """What is different, line by line, then promotion by promotion; nothing where nothing is."""
    return [*_lines(old, new), *_promotions(old, new)]


def _lines(old: Quote, new: Quote) -> Iterator[Step]:
    before, after = _by_key(old), _by_key(new)
    for key in sorted(before | after):
        was, now = before.get(key), after.get(key)
        name = key[0] or key[1].capitalize()
        if was is None or now is None:
            yield Step(
                "base",
                f"{name} is {'no longer' if now is None else 'now'} part of it",
                key[0] or None,
            )
            continue
        if was.unit_price != now.unit_price:
            text = f"{name} costs {_minor(new, now.unit_price)} each, and cost {_minor(old, was.unit_price)}"
            yield Step("base", text, key[0] or None)
        if was.tax_rate != now.tax_rate:
            after_rate, before_rate = format_rate(now.tax_rate), format_rate(was.tax_rate)
            text = f"{name} is taxed at {after_rate}, and was at {before_rate}"
            yield Step("tax", text, key[0] or None)


def _promotions(old: Quote, new: Quote) -> Iterator[Step]:
    before, after = _by_code(old), _by_code(new)
    for code in dict.fromkeys([*before, *after]):
        was, now = before.get(code), after.get(code)
        if now is None and was is not None:
            text = f"{was.title} no longer holds: it saved {_minor(old, was.amount)}"
        elif was is None and now is not None:
            text = f"{now.title} holds now: it saves {_minor(new, now.amount)}"
        elif was is not None and now is not None and was.amount != now.amount:
            text = (
                f"{now.title} saves {_minor(new, now.amount)}, and saved {_minor(old, was.amount)}"
            )
        else:
            continue
        yield Step("promotion", text, code=code)


def _by_key(quote: Quote) -> dict[tuple[str, str], QuoteLine]:
    return {(line.sku, line.customisation): line for line in (*quote.lines, *quote.charges)}


def _by_code(quote: Quote) -> dict[str, AppliedPromotion]:
    return {one.code: one for one in quote.applied}


def _minor(quote: Quote, amount: int) -> str:
    return format_minor(amount, quote.currency)
