"""The one computed answer for a cart, and the facts in it that an order freezes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from app.core.canonical import digest
from app.core.pricing.engine.basket import LineKey
from app.core.pricing.engine.tax import UK, TaxRules

AS_INVOICED = "as_invoiced"
"""The kind of a quote whose prices are facts, as of an imported invoice; the usual one has no name."""


class Discount(NamedTuple):
    promotion: int
    """Its place in the quote's `applied`."""
    amount: int


@dataclass(frozen=True)
class QuoteLine:
    """One line; amounts in minor units. Its goods cost `quantity × unit_price` less the discounts, which is
    `total` where prices include tax and `net` where they do not."""

    sku: str
    quantity: int
    unit_price: int
    tax_rate: int
    """Basis points."""
    total: int
    net: int
    tax: int
    customisation: str = ""
    discounts: tuple[Discount, ...] = ()
    exact_price: str = ""
    """The unit price as a decimal number, where it was invoiced with parts of a minor unit."""

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "sku": self.sku, "quantity": self.quantity, "unit_price": self.unit_price,
            "tax_rate": self.tax_rate, "total": self.total, "net": self.net, "tax": self.tax,
        }  # fmt: skip
        if self.customisation:
            facts["customisation"] = self.customisation
        if self.discounts:
            facts["discounts"] = [list(discount) for discount in self.discounts]
        if self.exact_price:
            facts["exact_price"] = self.exact_price
        return facts


@dataclass(frozen=True)
class Applied:
    """A promotion that took something, with what is needed to take it again."""

    kind: str
    terms: Mapping[str, Any]
    lines: tuple[tuple[LineKey, ...], ...]
    """The lines in each of its scopes."""
    amount: int
    code: str = ""
    title: str = ""
    """Code and title are for people and are no part of the facts."""

    @property
    def facts(self) -> dict[str, Any]:
        lines = [[list(key) for key in group] for group in self.lines]
        return {"kind": self.kind, "terms": self.terms, "lines": lines, "amount": self.amount}


class Option(NamedTuple):
    """Promotions that could have been taken together, and what they save."""

    codes: tuple[str, ...]
    saved: int
    taken: bool


class TaxPart(NamedTuple):
    rate: int
    """Basis points."""
    total: int
    net: int
    tax: int


@dataclass(frozen=True)
class Quote:
    currency: str
    lines: tuple[QuoteLine, ...]
    total: int
    net: int
    tax: int
    rules: TaxRules = UK
    charges: tuple[QuoteLine, ...] = ()
    applied: tuple[Applied, ...] = ()
    options: tuple[Option, ...] = ()
    """What was chosen from, where there was a choice."""
    kind: str = ""

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the hash covers, and what an order freezes: no ids, channel, time, customer or location. What is
        as usual, or is not there, is left out."""
        facts: dict[str, Any] = {
            "currency": self.currency, "total": self.total, "net": self.net, "tax": self.tax,
            "lines": [line.facts for line in self.lines],
        }  # fmt: skip
        if self.charges:
            facts["charges"] = [charge.facts for charge in self.charges]
        if self.applied:
            facts["promotions"] = [applied.facts for applied in self.applied]
        if self.rules != UK:
            facts["tax_rules"] = vars(self.rules)
        if self.kind:
            facts["kind"] = self.kind
        return facts

    @cached_property
    def hash(self) -> str:
        return digest(self.facts)

    @property
    def tax_parts(self) -> list[TaxPart]:
        """The quote's figures by tax rate, the highest first."""
        parts: dict[int, TaxPart] = {}
        for line in (*self.lines, *self.charges):
            had = parts.get(line.tax_rate, TaxPart(line.tax_rate, 0, 0, 0))
            parts[line.tax_rate] = TaxPart(
                line.tax_rate, had.total + line.total, had.net + line.net, had.tax + line.tax
            )
        return [parts[rate] for rate in sorted(parts, reverse=True)]

    @property
    def answer(self) -> dict[str, Any]:
        """What a channel shows: the facts, their hash and the tax by rate."""
        taxes = [part._asdict() for part in self.tax_parts]
        return {**self.facts, "hash": self.hash, "taxes": taxes}
