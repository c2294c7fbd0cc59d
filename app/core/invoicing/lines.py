"""The lines of invoices and credit notes, from frozen figures. Pure.

A credit is spread over the remaining amount of each line, and a line's tax by cumulative shares of its total. So
the credit notes of an order never exceed its invoice, line by line, and can add up to it exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from app.core.money import (
    round_half_up,
    share,
    share_of_first,
    share_of_tax,
    share_step,
    split,
    spread,
)

OUTSIDE_SCOPE = -1
"""Sorts lines outside the scope of VAT behind a rate of 0."""


class OrderLine(Protocol):
    """A line of an order, as it was placed."""

    @property
    def position(self) -> int: ...
    @property
    def sku(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def cancelled(self) -> int: ...
    @property
    def unit_price(self) -> int: ...
    @property
    def tax_rate(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def tax(self) -> int: ...
    @property
    def taxes(self) -> Sequence[Any]: ...


class NamedTax(NamedTuple):
    """One of several taxes on a line, such as GST and QST."""

    name: str
    rate: int
    """Ten-thousandths of a percent."""
    amount: int


@dataclass(frozen=True)
class DocumentLine:
    """A line with amounts in minor units. They are never negative, on a credit note too."""

    position: int
    """The position of the order line."""
    sku: str
    title: str
    quantity: int | None
    """Units; None if an amount is credited instead of units."""
    unit_price: int | None
    """The price that the shopper saw, before promotions."""
    rate: int | None
    """Ten-thousandths of a percent; None for a line outside the scope of VAT, which differs from a rate of 0."""
    net: int
    tax: int
    taxes: tuple[NamedTax, ...] = ()
    """The taxes that `tax` is the sum of; empty for one tax."""

    @property
    def total(self) -> int:
        return self.net + self.tax

    @property
    def content(self) -> dict[str, Any]:
        """Return the line as the document's content stores it. The keys are hashed, so they must never change."""
        content = {
            "position": self.position, "sku": self.sku, "title": self.title, "quantity": self.quantity,
            "unit_price": self.unit_price, "rate": self.rate, "net": self.net, "tax": self.tax,
        }  # fmt: skip
        return content | {"taxes": [tax._asdict() for tax in self.taxes]} if self.taxes else content

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "DocumentLine":
        return cls(
            position=content["position"], sku=content["sku"], title=content["title"], quantity=content["quantity"],
            unit_price=content["unit_price"], rate=content["rate"], net=content["net"], tax=content["tax"],
            taxes=tuple(NamedTax(**tax) for tax in content.get("taxes", ())),
        )  # fmt: skip


def invoice_line(line: OrderLine, currency: str, in_scope: bool = True) -> DocumentLine | None:
    """Return an order line without its cancelled units, or None if no unit is left."""
    units = line.quantity - line.cancelled
    if not units:
        return None
    step = share_step(line.total, currency)
    total = share_of_first(line.total, line.quantity, units, step)
    tax = share_of_tax(line.tax, line.total, line.quantity, units, step)
    rate = line.tax_rate if in_scope else None
    taxes = _between(tuple(NamedTax(*one) for one in line.taxes), 0, tax)
    return DocumentLine(
        line.position, line.sku, line.title, units, line.unit_price, rate, total - tax, tax, taxes
    )


@dataclass
class CreditableLine:
    """The part of an invoice line that no credit note has credited yet."""

    line: DocumentLine
    total: int
    tax: int
    units: int

    def credit(self, total: int, units: int | None = None, tax: int | None = None) -> DocumentLine:
        """Credit an amount and return it as a line. If `tax` is None, use the cumulative share."""
        if tax is None:
            credited = self.line.total - self.total + total
            tax = round_half_up(self.line.tax * credited, self.line.total or 1) - (
                self.line.tax - self.tax
            )
        # The rest must be a valid line: its tax between 0 and its total.
        minimum = max(0, self.tax - (self.total - total))
        tax = min(max(tax, minimum), self.tax, total)
        line, price = self.line, self.line.unit_price if units else None
        credited_before = line.tax - self.tax
        taxes = _between(line.taxes, credited_before, credited_before + tax)
        self.total, self.tax, self.units = (
            self.total - total,
            self.tax - tax,
            self.units - (units or 0),
        )
        return DocumentLine(
            line.position, line.sku, line.title, units, price, line.rate, total - tax, tax, taxes
        )


def creditable_lines(
    invoice: Sequence[DocumentLine], credited: Iterable[Sequence[DocumentLine]]
) -> dict[int, CreditableLine]:
    """Return by position what the credit notes so far left of an invoice."""
    creditable_by_position = {
        line.position: CreditableLine(line, line.total, line.tax, line.quantity or 0)
        for line in invoice
    }
    for line in (line for note in credited for line in note):
        creditable = creditable_by_position[line.position]
        creditable.total -= line.total
        creditable.tax -= line.tax
        creditable.units -= line.quantity or 0
    return creditable_by_position


def credit_amount(creditable: Mapping[int, CreditableLine], amount: int) -> list[DocumentLine]:
    """Credit an amount, or the rest if that is less. Spread it in proportion to what is left of each line."""
    lines = list(creditable.values())
    totals = [line.total for line in lines]
    parts = spread(min(amount, sum(totals)), totals)
    return [line.credit(part) for line, part in zip(lines, parts, strict=True) if part]


def credit_cancelled_units(
    creditable: Mapping[int, CreditableLine], lines: Iterable[OrderLine], currency: str
) -> list[DocumentLine]:
    """Credit the units that were cancelled since: their frozen shares, or what refunds left of them."""
    credited = []
    for line in lines:
        creditable_line, kept = creditable.get(line.position), line.quantity - line.cancelled
        cancelled = creditable_line.units - kept if creditable_line else 0
        if creditable_line is not None and cancelled > 0:
            step = share_step(line.total, currency)
            total = share(line.total, line.quantity, kept, cancelled, step)
            total = min(total, creditable_line.total)
            tax = share(line.tax, line.quantity, kept, cancelled) if step == 1 else None
            credited.append(creditable_line.credit(total, cancelled, tax))
    return credited


def taxes_by_rate(lines: Iterable[DocumentLine]) -> list[dict[str, int | str | None]]:
    """Return net and tax of each rate, the highest first, and of each named tax. Lines outside the scope of VAT
    come last."""
    sums: dict[tuple[int, str], list[int]] = {}
    for line in lines:
        unnamed = NamedTax("", OUTSIDE_SCOPE if line.rate is None else line.rate, line.tax)
        for name, rate, amount in line.taxes or (unnamed,):
            part = sums.setdefault((rate, name), [0, 0])
            part[0] += line.net
            part[1] += amount
    return [
        ({"name": name} if name else {})
        | {"rate": None if rate == OUTSIDE_SCOPE else rate, "net": net, "tax": tax}
        for (rate, name), (net, tax) in sorted(
            sums.items(), key=lambda one: (-one[0][0], one[0][1])
        )
    ]


def lines_of(content: Mapping[str, Any]) -> list[DocumentLine]:
    """Return the lines of a document's content."""
    return [DocumentLine.from_content(line) for line in content["lines"]]


def _between(taxes: Sequence[NamedTax], before: int, after: int) -> tuple[NamedTax, ...]:
    """Return what of each tax is in the tax of a line between its first `before` and `after` minor units."""
    amounts = [tax.amount for tax in taxes]
    pairs = zip(taxes, split(before, amounts), split(after, amounts), strict=True)
    return tuple(tax._replace(amount=b - a) for tax, a, b in pairs)
