"""A cart to which promotions apply one after the other. What they leave is taxed."""

from collections.abc import Iterable, Sequence

from app.core.pricing.engine.benefits.benefit import Benefit
from app.core.pricing.engine.cart_row import CartRow, LineKey
from app.core.pricing.engine.quote import AppliedPromotion, Combination, Discount, Quote, QuoteLine
from app.core.pricing.engine.tax import TaxRules
from app.core.pricing.engine.tax_lines import TaxableLine, TaxedAmount, tax_lines


class DiscountedCart:
    def __init__(self, rows: Iterable[CartRow], rules: TaxRules) -> None:
        self.rows = {row.key: row for row in rows}
        self.rules = rules
        self.applied: list[AppliedPromotion] = []
        self._discounts: dict[LineKey, list[Discount]] = {}

    @property
    def saved(self) -> int:
        """How much less the shopper pays, tax included. A gift counts with its price."""
        rows = [self.rows[key] for key in sorted(self.rows)]
        before = self._tax(rows, [row.quantity * row.unit_price for row in rows])
        now = self._tax(rows, [row.amount for row in rows])
        return sum(one.total for one in before) - sum(one.total for one in now)

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
        rows = [self.rows[key] for key in sorted(self.rows)]
        taxed = self._tax(rows, [row.amount for row in rows])
        lines = [self._line(row, figures) for row, figures in zip(rows, taxed, strict=True)]
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

    def _line(self, row: CartRow, figures: TaxedAmount) -> QuoteLine:
        sku, customisation = row.key
        return QuoteLine(
            sku, row.quantity, row.unit_price, row.rate.rate, figures.total, figures.net, figures.tax,
            customisation, tuple(self._discounts.get(row.key, ())),
            taxes=row.rate.taxes, tax_parts=figures.parts if row.rate.taxes else (),
        )  # fmt: skip

    def _tax(self, rows: Sequence[CartRow], amounts: Iterable[int]) -> list[TaxedAmount]:
        """Return what the shopper pays if the rows' goods cost these amounts."""
        pairs = zip(rows, amounts, strict=True)
        lines = [TaxableLine(amount, row.quantity, row.rate) for row, amount in pairs]
        return tax_lines(lines, self.rules)
