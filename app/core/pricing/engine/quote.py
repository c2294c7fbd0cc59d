"""The one place where a price is computed: facts and lines in, Quote out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.core.canonical import digest
from app.core.money import round_half_up

UK_VAT = 2000
"""Basis points; the standard rate since 4 January 2011 (Value Added Tax Act 1994, section 2)."""


@dataclass(frozen=True)
class Item:
    """What is wanted and the facts that price it. `unit_price` in minor units, tax included."""

    sku: str
    quantity: int
    unit_price: int
    tax_rate: int = UK_VAT


@dataclass(frozen=True)
class QuoteLine:
    sku: str
    quantity: int
    unit_price: int
    tax_rate: int
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

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the hash covers, and what an order freezes: no ids, channel, time, customer or location."""
        return {
            "currency": self.currency,
            "total": self.total,
            "net": self.net,
            "tax": self.tax,
            "lines": [
                {
                    "sku": line.sku,
                    "quantity": line.quantity,
                    "unit_price": line.unit_price,
                    "tax_rate": line.tax_rate,
                    "total": line.total,
                    "net": line.net,
                    "tax": line.tax,
                }
                for line in self.lines
            ],
        }

    @cached_property
    def hash(self) -> str:
        return digest(self.facts)

    @property
    def answer(self) -> dict[str, Any]:
        """What a channel shows: the facts and their hash."""
        return {**self.facts, "hash": self.hash}


def quote(currency: str, items: Sequence[Item]) -> Quote:
    """Price a cart. Prices include tax; tax is rounded half-up by line and is part of the line's total.

    Items of one SKU are merged and lines sorted by SKU, so neither order nor splitting changes the answer.
    """
    lines = tuple(_line(item) for item in _merged(items))
    return Quote(
        currency=currency,
        lines=lines,
        total=sum(line.total for line in lines),
        net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines),
    )


def _merged(items: Sequence[Item]) -> list[Item]:
    merged: dict[str, Item] = {}
    for item in items:
        known = merged.get(item.sku)
        quantity = item.quantity + (known.quantity if known else 0)
        merged[item.sku] = Item(item.sku, quantity, item.unit_price, item.tax_rate)
    return [merged[sku] for sku in sorted(merged)]


def _line(item: Item) -> QuoteLine:
    total = item.unit_price * item.quantity
    tax = round_half_up(total * item.tax_rate, 10_000 + item.tax_rate)
    return QuoteLine(
        item.sku,
        item.quantity,
        item.unit_price,
        item.tax_rate,
        total=total,
        net=total - tax,
        tax=tax,
    )


def requote(facts: dict[str, Any]) -> Quote:
    """The quote recomputed from the facts that an order froze: equal to what was shown, or something is wrong."""
    return quote(
        facts["currency"],
        [
            Item(line["sku"], line["quantity"], line["unit_price"], line["tax_rate"])
            for line in facts["lines"]
        ],
    )
