"""Offers of something beside the goods in the cart."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.pricing.engine.benefits.benefit import Benefit, RowDiscounts, ScopeRows
from app.core.pricing.engine.cart_row import spread_discount
from app.core.pricing.engine.tax import TaxRules

MAX_UNITS = 1000
"""Units of a gift. More is a slip of the pen, and would be reserved."""


@dataclass(frozen=True)
class Gift(Benefit):
    """So many units of an item are added and are free."""

    kind = "gift"
    term_fields = {"units": "units"}
    units: int = 1

    def problems(self) -> Iterator[str]:
        if not 1 <= self.units <= MAX_UNITS:
            yield f"units is how many are given, from 1 to {MAX_UNITS}."

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        [row] = rows[0]
        discount = self.units * row.unit_price
        row.claimed -= discount
        return [(row, discount)]

    def words(self, currency: str) -> str:
        return f"{self.units} free"


@dataclass(frozen=True)
class FreeDelivery(Benefit):
    """Delivery costs nothing."""

    kind = "free_delivery"

    def problems(self) -> Iterator[str]:
        return iter(())

    def take(self, rows: ScopeRows, rules: TaxRules) -> RowDiscounts:
        return spread_discount(rows[0], sum(row.amount for row in rows[0]))

    def words(self, currency: str) -> str:
        return "free delivery"
