"""The quote of an old invoice. Its prices are facts, of the kind `as_invoiced`, and no code computes them.

So the lines are not merged or sorted, because one SKU may be there several times at different prices, and no
promotion applies. The engine still computes what follows from a price: totals, tax and sums.
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
    """Units of an item, and the price that was charged for one."""

    sku: str
    quantity: int
    unit_price: Decimal
    """Minor units, exactly: with decimals if the invoice had them. Negative for a return."""
    tax_rate: int
    """Ten-thousandths of a percent."""

    @property
    def amount(self) -> int:
        """The exact product, rounded half up to a minor unit."""
        return _rounded(Fraction(self.unit_price) * self.quantity)

    @property
    def is_rounded(self) -> bool:
        return Fraction(self.unit_price) * self.quantity != self.amount


def quote_as_invoiced(currency: str, items: Iterable[InvoicedItem], rules: TaxRules = UK) -> Quote:
    """Return the quote of an invoice with its lines in their order."""
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
