"""What goes into a quote: lines with the facts that price them."""

from dataclasses import dataclass

from app.core.pricing.engine.cart_row import LineKey

UK_VAT = 200_000
"""20 %: the standard rate since 4 January 2011 (Value Added Tax Act 1994, section 2)."""


@dataclass(frozen=True)
class Item:
    """What is wanted and what one unit costs, in minor units."""

    sku: str
    quantity: int
    unit_price: int
    tax_rate: int = UK_VAT
    """Ten-thousandths of a percent."""
    tiers: tuple[tuple[int, int], ...] = ()
    """(from how many units, unit price), rising; counted over all lines of the SKU."""
    product: str = ""
    """Handle."""
    category: str = ""
    customisation: str = ""
    base_price: int | None = None
    """What a unit costs without the price list; None where none changed it."""
    price_list: str = ""
    """Code of the list that `unit_price` and `tiers` are from; base price and list are only for words."""
    available: int | None = None
    """Of a gift how many units the store has; None while no store is chosen."""

    @property
    def key(self) -> LineKey:
        return self.sku, self.customisation

    @property
    def amount(self) -> int:
        """Before promotions."""
        return self.quantity * self.unit_price

    def unit_price_for(self, units: int) -> int:
        """Of a unit, when so many are bought together."""
        price = self.unit_price
        for start, amount in self.tiers:
            if units >= start:
                price = amount
        return price


@dataclass(frozen=True)
class Charge:
    """What is paid beside the goods, such as delivery. No promotion on goods touches it."""

    code: str
    amount: int
    """Minor units."""
    tax_rate: int = UK_VAT
