"""How a till rounds cash, in and out. Pure.

The country of the store and the currency decide. The setting CASH_ROUNDING can replace the step of a country.
The sum in cash is rounded, never a price. Cards and balances are never rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.money import round_half_up

EURO_STEPS = {"BE": 5, "EE": 5, "FI": 5, "IE": 5, "IT": 5, "LT": 5, "NL": 5, "SK": 5}
"""Cents, by country. By law in Belgium (2019), Estonia (2025), Finland (2002), Italy (2018), Lithuania (2025) and
Slovakia (2022). In Ireland (2015) and the Netherlands (2004) most retailers round."""
COINS = {
    "AUD": 5, "CAD": 5, "CHF": 5, "CZK": 100, "DKK": 50, "HKD": 10, "HUF": 500, "ILS": 10, "MYR": 5, "NOK": 100,
    "NZD": 10, "SEK": 100, "ZAR": 10,
}  # fmt: skip
"""Minor units of the smallest coin of a currency, if it is more than one. It holds in any country."""
NEVER_NOTHING = {"SK"}
"""Countries in which 1 and 2 cents are rounded up to 5 (Slovakia, act 18/1996 on prices)."""


@dataclass(frozen=True)
class CashRounding:
    step: int = 1
    """Minor units."""
    never_nothing: bool = False
    """Whether an amount above 0 costs one step at least."""

    def round(self, amount: int) -> int:
        """Return the amount that coins can pay, halves away from zero."""
        rounded = round_half_up(amount, self.step) * self.step
        if self.never_nothing and amount and not rounded:
            return self.step if amount > 0 else -self.step
        return rounded

    def round_part(self, before: int, part: int) -> int:
        """Return how much coins pay of a part beyond its amount (negative: less), if `before` was paid already.

        The sum is rounded as a whole, so many small parts do not add up to more than one rounding.
        """
        return self.round(before + part) - self.round(before) - part


def depends_on_country(currency: str, chosen: Mapping[str, int]) -> bool:
    return bool(chosen) or currency == "EUR"


def cash_rounding(currency: str, country: str, chosen: Mapping[str, int]) -> CashRounding:
    """Return the rule at a store in this country. `chosen` has the steps that the setting gives to countries, in
    minor units."""
    by_law = EURO_STEPS.get(country, 1) if currency == "EUR" else COINS.get(currency, 1)
    step = chosen.get(country, by_law)
    return CashRounding(step, step > 1 and currency == "EUR" and country in NEVER_NOTHING)
