"""Benefits beside the goods in the cart."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.pricing.engine.benefits.benefit import Benefit, RowDiscounts, ScopeRows
from app.core.pricing.engine.cart_row import spread_discount
from app.core.pricing.engine.tax import TaxRules

MAX_UNITS = 1000
"""Units of a gift. More is a typing error, and the order would reserve them."""


@dataclass(frozen=True)
class Gift(Benefit):
    """Units of an item are added to the cart and cost nothing."""

    kind = "gift"
    term_fields = {"units": "units"}
    units: int = 1

    def problems(self) -> Iterator[str]:
        if not 1 <= self.units <= MAX_UNITS:
            yield f"units is the number of gifts, from 1 to {MAX_UNITS}."

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        [row] = rows[0]
        discount = self.units * row.unit_price
        row.allocated_amount -= discount
        return [(row, discount)]

    def describe(self, currency: str) -> str:
        return f"{self.units} free"


@dataclass(frozen=True)
class FreeDelivery(Benefit):
    """Delivery costs nothing."""

    kind = "free_delivery"

    def problems(self) -> Iterator[str]:
        return iter(())

    def apply(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        return spread_discount(rows[0], sum(row.amount for row in rows[0]))

    def describe(self, currency: str) -> str:
        return "free delivery"
