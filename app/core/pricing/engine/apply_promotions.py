"""A cart to which promotions apply one after the other. What they leave is taxed."""

from collections.abc import Iterable
from typing import NamedTuple

from app.core.pricing.engine.benefits.benefit import Benefit
from app.core.pricing.engine.cart_row import CartRow, LineKey
from app.core.pricing.engine.quote import AppliedPromotion, Combination, Discount, Quote, QuoteLine
from app.core.pricing.engine.tax import TaxRules


class TaxedAmount(NamedTuple):
    total: int
    net: int
    tax: int


class DiscountedCart:
    def __init__(self, rows: Iterable[CartRow], rules: TaxRules) -> None:
        self.rows = {row.key: row for row in rows}
        self.rules = rules
        self.applied: list[AppliedPromotion] = []
        self._discounts: dict[LineKey, list[Discount]] = {}

    @property
    def saved(self) -> int:
        """How much less the shopper pays, tax included. A gift counts with its price."""
        return sum(
            self._tax(row, row.quantity * row.unit_price).total - self._tax(row, row.amount).total
            for row in self.rows.values()
        )

    def apply(self, benefit: Benefit, promotion: AppliedPromotion) -> None:
        """Apply the benefit to the promotion's lines. A promotion without any discount is not recorded."""
        groups = [[self.rows[key] for key in group] for group in promotion.lines]
        discounts = benefit.apply(groups, self.rules)
        if not discounts:
            return
        number = len(self.applied)
        for row, amount in discounts:
            self._discounts.setdefault(row.key, []).append(Discount(number, amount))
        self.applied.append(promotion._replace(amount=sum(amount for _, amount in discounts)))

    def quote(self, currency: str, combinations: tuple[Combination, ...] = ()) -> Quote:
        """Tax what is left of each line, and return the quote."""
        lines = [self._line(self.rows[key]) for key in sorted(self.rows)]
        return Quote(
            currency,
            tuple(line for line in lines if line.sku),
            total=sum(line.total for line in lines),
            net=sum(line.net for line in lines),
            tax=sum(line.tax for line in lines),
            rules=self.rules,
            charges=tuple(line for line in lines if not line.sku),
            applied=tuple(self.applied),
            combinations=combinations,
        )

    def _line(self, row: CartRow) -> QuoteLine:
        total, net, tax = self._tax(row, row.amount)
        sku, customisation = row.key
        return QuoteLine(
            sku, row.quantity, row.unit_price, row.tax_rate, total, net, tax, customisation,
            tuple(self._discounts.get(row.key, ())),
        )  # fmt: skip

    def _tax(self, row: CartRow, amount: int) -> TaxedAmount:
        """Return what the shopper pays if the row's goods cost this amount."""
        tax = self.rules.tax_on(amount, row.quantity, row.tax_rate)
        if self.rules.tax_included:
            return TaxedAmount(amount, amount - tax, tax)
        return TaxedAmount(amount + tax, amount, tax)
