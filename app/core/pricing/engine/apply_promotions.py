"""Promotions take their discounts from a cart, one after the other; what is left is taxed."""

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
    """A cart from which promotions have taken something."""

    def __init__(self, rows: Iterable[CartRow], rules: TaxRules) -> None:
        self.rows = {row.key: row for row in rows}
        self.rules = rules
        self.applied: list[AppliedPromotion] = []
        self._discounts: dict[LineKey, list[Discount]] = {}

    @property
    def saved(self) -> int:
        """How much less the shopper pays, tax included; what is given counts with its price."""
        return sum(
            self._tax(row, row.quantity * row.unit_price).total - self._tax(row, row.amount).total
            for row in self.rows.values()
        )

    def apply(self, offer: Benefit, wish: AppliedPromotion) -> None:
        """Take what the offer gives on the wish's lines; where that is nothing, it is not applied."""
        groups = [[self.rows[key] for key in group] for group in wish.lines]
        taken = offer.apply(groups, self.rules)
        if not taken:
            return
        number = len(self.applied)
        for row, amount in taken:
            self._discounts.setdefault(row.key, []).append(Discount(number, amount))
        self.applied.append(wish._replace(amount=sum(amount for _, amount in taken)))

    def quote(self, currency: str, options: tuple[Combination, ...] = ()) -> Quote:
        """Tax what is left of each line."""
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
            combinations=options,
        )

    def _line(self, row: CartRow) -> QuoteLine:
        total, net, tax = self._tax(row, row.amount)
        sku, customisation = row.key
        return QuoteLine(
            sku, row.quantity, row.unit_price, row.tax_rate, total, net, tax, customisation,
            tuple(self._discounts.get(row.key, ())),
        )  # fmt: skip

    def _tax(self, row: CartRow, amount: int) -> TaxedAmount:
        """What is paid, where the row's goods cost that amount."""
        tax = self.rules.tax_on(amount, row.quantity, row.tax_rate)
        if self.rules.tax_included:
            return TaxedAmount(amount, amount - tax, tax)
        return TaxedAmount(amount + tax, amount, tax)
