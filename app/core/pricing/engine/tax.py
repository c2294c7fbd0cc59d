"""How a market taxes and rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from app.core.money import round_half_even, round_half_up, spread

FULL_RATE = 1_000_000
"""100 %. A tax rate is an integer in ten-thousandths of a percent: 20 % is 200000, and 8.3125 % (parts of New
Mexico) is 83125."""


class NamedRate(NamedTuple):
    """One of several taxes on the same goods, such as GST and QST in Quebec."""

    name: str
    """As quote and invoice show it."""
    rate: int
    """Ten-thousandths of a percent."""


class CombinedRate(NamedTuple):
    rate: int
    """Ten-thousandths of a percent: the sum of all taxes."""
    taxes: tuple[NamedRate, ...] = ()
    """Empty for one tax without a name of its own. All taxes are on the net amount; none is on another tax."""

    @property
    def rates(self) -> tuple[int, ...]:
        """The rates of the taxes, which are computed and rounded apart."""
        return tuple(tax.rate for tax in self.taxes) or (self.rate,)


@dataclass(frozen=True)
class TaxRules:
    """The defaults are those of the United Kingdom's retail trade."""

    tax_included: bool = True
    """Whether prices include tax."""
    tax_level: Literal["line", "unit", "total"] = "line"
    """What is rounded: the tax of a line, of each of its units, or of the total of each rate. Without tax in the
    prices, the last is rule BR-CO-17 of EN 16931; with it, it is the rule of fiscal receipts."""
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
        return sum(self.taxes_on(amount, units, (rate,)))

    def taxes_on(self, amount: int, units: int, rates: Sequence[int]) -> list[int]:
        """Return the tax at each of the rates, which all are on the same net amount."""
        if self.tax_level != "unit" or units < 2:
            return self._taxes(amount, rates)
        # By cumulative shares, `dearer` units cost a minor unit more than the others.
        each, dearer = divmod(amount, units)
        cheap, dear = self._taxes(each, rates), self._taxes(each + 1, rates)
        return [(units - dearer) * a + dearer * b for a, b in zip(cheap, dear, strict=True)]

    def _taxes(self, amount: int, rates: Sequence[int]) -> list[int]:
        if not self.tax_included:
            return [self.round(amount * rate, FULL_RATE) for rate in rates]
        with_tax = FULL_RATE + sum(rates)
        if self.rounding_target == "net":
            tax = amount - self.round(amount * FULL_RATE, with_tax)
            return [tax] if len(rates) == 1 else spread(tax, rates)
        return [self.round(amount * rate, with_tax) for rate in rates]


UK = TaxRules()


def format_rate(rate: int) -> str:
    """Return `200000` as `20 %`, `88750` as `8.875 %`."""
    whole, part = divmod(rate, FULL_RATE // 100)
    return f"{whole}{f'.{part:04}'.rstrip('0') if part else ''} %"
