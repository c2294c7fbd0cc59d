"""How a market taxes and rounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.core.money import round_half_even, round_half_up

FULL_RATE = 1_000_000
"""100 %. A tax rate is an integer in ten-thousandths of a percent: 20 % is 200000, and 8.3125 % (parts of New
Mexico) is 83125."""


@dataclass(frozen=True)
class TaxRules:
    """The defaults are those of the United Kingdom's retail trade."""

    tax_included: bool = True
    """Whether prices include tax."""
    tax_level: Literal["line", "unit"] = "line"
    """What is rounded: the tax of a line, or of each of its units."""
    rounding_mode: Literal["half_up", "half_even"] = "half_up"
    rounding_target: Literal["tax", "net"] = "tax"
    """Which figure is rounded if prices include tax; the other figure is the difference. If prices do not include
    tax, the net is exact and the tax is rounded."""

    @property
    def facts(self) -> dict[str, Any]:
        """As the facts of a quote store them. The keys are hashed: they stay when a field gets another name."""
        return {
            "included": self.tax_included, "by": self.tax_level, "rounding": self.rounding_mode,
            "rounded": self.rounding_target,
        }  # fmt: skip

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "TaxRules":
        """Return the rules in a quote's facts. A missing key has its value in `UK`. Raises TypeError for an
        unknown key."""
        defaults = UK.facts
        if unknown := facts.keys() - defaults.keys():
            raise TypeError(f"There is no tax rule {', '.join(sorted(unknown))}.")
        rules = defaults | dict(facts)
        return cls(
            tax_included=rules["included"], tax_level=rules["by"], rounding_mode=rules["rounding"],
            rounding_target=rules["rounded"],
        )  # fmt: skip

    def round(self, numerator: int, denominator: int) -> int:
        if self.rounding_mode == "half_even":
            return round_half_even(numerator, denominator)
        return round_half_up(numerator, denominator)

    def tax_on(self, amount: int, units: int, rate: int) -> int:
        """Return the tax at `rate` on `amount` minor units, the price of all `units` units together."""
        if self.tax_level == "line" or units < 2:
            return self._tax(amount, rate)
        # By cumulative shares, `dearer` units cost a minor unit more than the others.
        each, dearer = divmod(amount, units)
        return (units - dearer) * self._tax(each, rate) + dearer * self._tax(each + 1, rate)

    def _tax(self, amount: int, rate: int) -> int:
        if not self.tax_included:
            return self.round(amount * rate, FULL_RATE)
        if self.rounding_target == "net":
            return amount - self.round(amount * FULL_RATE, FULL_RATE + rate)
        return self.round(amount * rate, FULL_RATE + rate)


UK = TaxRules()


def format_rate(rate: int) -> str:
    """Return `200000` as `20 %`, `88750` as `8.875 %`."""
    whole, part = divmod(rate, FULL_RATE // 100)
    return f"{whole}{f'.{part:04}'.rstrip('0') if part else ''} %"
