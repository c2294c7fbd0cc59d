"""What goes into a quote: lines with the facts that price them."""

from dataclasses import dataclass

from app.core.pricing.engine.cart_row import LineKey
from app.core.pricing.engine.tax import CombinedRate, NamedRate

UK_VAT = 200_000
"""20 %: the standard rate since 4 January 2011 (Value Added Tax Act 1994, section 2)."""


@dataclass(frozen=True)
class Item:
    """A wanted item, and the price of one unit in minor units."""

    sku: str
    quantity: int
    unit_price: int
    tax_rate: int = UK_VAT
    """Ten-thousandths of a percent."""
    tiers: tuple[tuple[int, int], ...] = ()
    """(least number of units, unit price), rising; all lines of the SKU count together."""
    product: str = ""
    """Handle."""
    category: str = ""
    customisation: str = ""
    base_price: int | None = None
    """The unit price without the price list; None if no list changed it."""
    price_list: str = ""
    """Code of the list of `unit_price` and `tiers`. Base price and list only appear in the price breakdown."""
    available: int | None = None
    """Units of a gift that the store has; None while no store is chosen."""
    taxes: tuple[NamedRate, ...] = ()
    """The named taxes that `tax_rate` is the sum of; empty for one tax."""
    voucher: bool = False
    """A gift card. A discounted card buys the next one, so promotions apply to it only if a scope names it."""

    @property
    def key(self) -> LineKey:
        return self.sku, self.customisation

    @property
    def rate(self) -> CombinedRate:
        return CombinedRate(self.tax_rate, self.taxes)

    @property
    def amount(self) -> int:
        """Before promotions."""
        return self.quantity * self.unit_price

    def unit_price_for(self, units: int) -> int:
        """Return the price of one unit if the shopper buys this many."""
        price = self.unit_price
        for start, amount in self.tiers:
            if units >= start:
                price = amount
        return price


@dataclass(frozen=True)
class Charge:
    """A charge beside the goods, such as delivery. No promotion on goods changes it."""

    code: str
    amount: int
    """Minor units."""
    tax_rate: int = UK_VAT
    taxes: tuple[NamedRate, ...] = ()

    @property
    def rate(self) -> CombinedRate:
        return CombinedRate(self.tax_rate, self.taxes)
