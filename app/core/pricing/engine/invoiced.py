"""The quote of an old invoice: its prices are facts of the kind `as_invoiced`, which nobody computes.

So lines are not merged or sorted, since one SKU may stand there several times at different prices, and nothing
is taken from them. What is still computed is what follows from a price: totals, tax and sums.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.core.money import round_half_up
from app.core.pricing.engine.quote import AS_INVOICED, Quote, QuoteLine
from app.core.pricing.engine.tax import UK, TaxRules


@dataclass(frozen=True)
class InvoicedItem:
    """So many units, at what was charged for one."""

    sku: str
    quantity: int
    unit_price: Decimal
    """Minor units, exactly, so with decimals where it was invoiced so; negative for what was given back."""
    tax_rate: int

    @property
    def amount(self) -> int:
        """The exact product, rounded half up to a minor unit."""
        return _rounded(Fraction(self.unit_price) * self.quantity)

    @property
    def is_rounded(self) -> bool:
        return Fraction(self.unit_price) * self.quantity != self.amount


def quote_as_invoiced(currency: str, items: Iterable[InvoicedItem], rules: TaxRules = UK) -> Quote:
    """The quote of an invoice, its lines as they stood there."""
    lines = tuple(_line(item, rules) for item in items)
    return Quote(
        currency,
        lines,
        total=sum(line.total for line in lines),
        net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines),
        rules=rules,
        kind=AS_INVOICED,
    )


def requote_as_invoiced(facts: Mapping[str, Any], rules: TaxRules) -> Quote:
    return quote_as_invoiced(facts["currency"], map(_item, facts["lines"]), rules)


def _item(line: Mapping[str, Any]) -> InvoicedItem:
    price = Decimal(line.get("exact_price", line["unit_price"]))
    return InvoicedItem(line["sku"], line["quantity"], price, line["tax_rate"])


def _line(item: InvoicedItem, rules: TaxRules) -> QuoteLine:
    amount, unit_price = item.amount, _rounded(Fraction(item.unit_price))
    tax = rules.tax_on(amount, item.quantity, item.tax_rate)
    return QuoteLine(
        item.sku, item.quantity, unit_price, item.tax_rate,
        total=amount if rules.tax_included else amount + tax,
        net=amount - tax if rules.tax_included else amount,
        tax=tax,
        exact_price="" if unit_price == item.unit_price else f"{item.unit_price.normalize():f}",
    )  # fmt: skip


def _rounded(amount: Fraction) -> int:
    return round_half_up(amount.numerator, amount.denominator)
