"""The computed price of a cart, and the facts in it that an order freezes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from app.core.canonical import digest
from app.core.pricing.engine.cart_row import LineKey
from app.core.pricing.engine.tax import UK, NamedRate, TaxRules

VERSION = 2
"""Of the facts: what their keys and figures mean. The engine refuses facts of another version, so that it never
misreads them: version 1 had tax rates in basis points."""
AS_INVOICED = "as_invoiced"
"""The kind of a quote whose prices are facts, as of an imported invoice. A computed quote has no kind."""


class Discount(NamedTuple):
    promotion: int
    """Its index in the quote's `applied`."""
    amount: int


class QuoteLine(NamedTuple):
    """One line; amounts in minor units. `quantity × unit_price` less the discounts is `total` if prices include
    tax, and `net` if they do not."""

    sku: str
    quantity: int
    unit_price: int
    tax_rate: int
    """Ten-thousandths of a percent."""
    total: int
    net: int
    tax: int
    customisation: str = ""
    discounts: tuple[Discount, ...] = ()
    exact_price: str = ""
    """The unit price as a decimal number, if the invoice had parts of a minor unit."""
    taxes: tuple[NamedRate, ...] = ()
    """The named taxes that `tax_rate` is the sum of; empty for one tax."""
    tax_parts: tuple[int, ...] = ()
    """The amount of each named tax; they add up to `tax`."""

    @property
    def named_taxes(self) -> list[tuple[str, int, int]]:
        """(name, rate, amount) of each tax. One tax has no name of its own."""
        if not self.taxes:
            return [("", self.tax_rate, self.tax)]
        return [
            (tax.name, tax.rate, part) for tax, part in zip(self.taxes, self.tax_parts, strict=True)
        ]

    @property
    def tax_rows(self) -> list[list[Any]]:
        """[[name, rate, amount]] of the named taxes, as an order's line stores them."""
        return [list(tax) for tax in self.named_taxes] if self.taxes else []

    @property
    def discount(self) -> int:
        return sum(discount.amount for discount in self.discounts)

    @property
    def summary(self) -> dict[str, Any]:
        return {
            "sku": self.sku, "quantity": self.quantity, "unit_price": self.unit_price,
            "discount": self.discount, "total": self.total, "net": self.net, "tax": self.tax,
        }  # fmt: skip

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
        if self.taxes:
            facts["taxes"] = [list(tax) for tax in self.taxes]
            facts["tax_parts"] = list(self.tax_parts)
        return facts


class AppliedPromotion(NamedTuple):
    """A promotion that gave a discount, with all that `requote` needs to apply it again."""

    kind: str
    terms: Mapping[str, Any]
    lines: tuple[tuple[LineKey, ...], ...]
    """The lines in each of its scopes."""
    amount: int
    code: str = ""
    title: str = ""
    """Code and title are for people; the facts do not hold them."""

    @property
    def facts(self) -> dict[str, Any]:
        lines = [[list(key) for key in group] for group in self.lines]
        return {"kind": self.kind, "terms": self.terms, "lines": lines, "amount": self.amount}


class Combination(NamedTuple):
    """Promotions that could apply together, and what they save."""

    codes: tuple[str, ...]
    saved: int
    """Tax included."""
    chosen: bool
    titles: tuple[str, ...]
    """As shoppers read them."""


class TaxTotal(NamedTuple):
    rate: int
    """Ten-thousandths of a percent."""
    total: int
    net: int
    tax: int
    name: str = ""
    """Of the tax, if the lines have several. Then `net` counts for each of them, and `total` is `net` + `tax`."""


@dataclass(frozen=True)
class Quote:
    currency: str
    lines: tuple[QuoteLine, ...]
    total: int
    net: int
    tax: int
    rules: TaxRules = UK
    charges: tuple[QuoteLine, ...] = ()
    applied: tuple[AppliedPromotion, ...] = ()
    combinations: tuple[Combination, ...] = ()
    """The combinations of promotions from which the best was chosen; empty if there was no choice."""
    kind: str = ""

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the hash covers and an order freezes: no ids, channel, time, customer or location. Empty parts and
        defaults are left out."""
        facts: dict[str, Any] = {
            "version": VERSION, "currency": self.currency, "total": self.total, "net": self.net, "tax": self.tax,
            "lines": [line.facts for line in self.lines],
        }  # fmt: skip
        if self.charges:
            facts["charges"] = [charge.facts for charge in self.charges]
        if self.applied:
            facts["promotions"] = [applied.facts for applied in self.applied]
        if self.rules != UK:
            facts["tax_rules"] = self.rules.facts
        if self.kind:
            facts["kind"] = self.kind
        return facts

    def with_names(self, names: Iterable[tuple[str, str]]) -> "Quote":
        """Return the quote with these codes and titles of its promotions, which the facts do not hold."""
        pairs = zip(self.applied, names, strict=False)
        named = tuple(one._replace(code=code, title=title) for one, (code, title) in pairs)
        return replace(self, applied=named + self.applied[len(named) :])

    @property
    def codes(self) -> list[str]:
        """The codes of the promotions that gave a discount."""
        return [applied.code for applied in self.applied]

    @cached_property
    def hash(self) -> str:
        return digest(self.facts)

    @property
    def taxes(self) -> list[TaxTotal]:
        """The quote's figures by tax, the highest rate first."""
        totals: dict[tuple[int, str], TaxTotal] = {}
        for line in (*self.lines, *self.charges):
            for name, rate, tax in line.named_taxes:
                before = totals.get((rate, name), TaxTotal(rate, 0, 0, 0, name))
                totals[rate, name] = TaxTotal(
                    rate,
                    before.total + line.net + tax,
                    before.net + line.net,
                    before.tax + tax,
                    name,
                )
        return sorted(totals.values(), key=lambda one: (-one.rate, one.name))

    @property
    def summary(self) -> dict[str, Any]:
        """What channels show: figures, promotions by name, the tax by rate, and the hash of the facts."""
        return {
            "currency": self.currency, "total": self.total, "net": self.net, "tax": self.tax,
            "hash": self.hash,
            "lines": [line.summary for line in (*self.lines, *self.charges)],
            "discounts": [
                {"code": one.code, "title": one.title, "amount": one.amount} for one in self.applied
            ],
            "taxes": [total._asdict() for total in self.taxes],
        }  # fmt: skip
