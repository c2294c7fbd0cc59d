"""The lines of invoices and credit notes, from frozen figures. Pure.

What is credited is spread over what is left of each line, and a line's tax by cumulative shares of its total: so
the credit notes of an order never exceed its invoice, line by line, and together they add up to it exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.core.money import round_half_up, share, share_of_last, spread


class Frozen(Protocol):
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


@dataclass(frozen=True)
class PaperLine:
    """Amounts in minor units, none negative: that a credit note takes them back says its kind."""

    position: int
    """That of the order's line."""
    sku: str
    title: str
    quantity: int | None
    """Units; None where an amount is credited, and not units."""
    unit_price: int | None
    """As the shopper was shown it, before promotions."""
    rate: int | None
    """Ten-thousandths of a percent; None for a line outside the scope of VAT, which differs from a rate of 0."""
    net: int
    tax: int

    @property
    def total(self) -> int:
        return self.net + self.tax

    @property
    def facts(self) -> dict[str, Any]:
        """As a document's content keeps it. The keys are hashed: they stay when a field gets another name."""
        return {
            "position": self.position, "sku": self.sku, "title": self.title, "quantity": self.quantity,
            "unit_price": self.unit_price, "rate": self.rate, "net": self.net, "tax": self.tax,
        }  # fmt: skip

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "PaperLine":
        return cls(
            position=facts["position"], sku=facts["sku"], title=facts["title"], quantity=facts["quantity"],
            unit_price=facts["unit_price"], rate=facts["rate"], net=facts["net"], tax=facts["tax"],
        )  # fmt: skip


def invoiced(line: Frozen, in_scope: bool = True) -> PaperLine | None:
    """A line less the shares of the units that were dropped; None where none is left."""
    units = line.quantity - line.cancelled
    if not units:
        return None
    total = line.total - share_of_last(line.total, line.quantity, line.cancelled)
    tax = line.tax - share_of_last(line.tax, line.quantity, line.cancelled)
    rate = line.tax_rate if in_scope else None
    return PaperLine(
        line.position, line.sku, line.title, units, line.unit_price, rate, total - tax, tax
    )


@dataclass
class Open:
    """What of an invoiced line was not credited yet."""

    line: PaperLine
    total: int
    tax: int
    units: int

    def credit(self, total: int, units: int | None = None, tax: int | None = None) -> PaperLine:
        """Take so much of it; a tax that is not given is its cumulative share."""
        if tax is None:
            taken = self.line.total - self.total + total
            tax = round_half_up(self.line.tax * taken, self.line.total or 1) - (
                self.line.tax - self.tax
            )
        # What both leave must stay a line: its tax between nothing and its total.
        least = max(0, self.tax - (self.total - total))
        tax = min(max(tax, least), self.tax, total)
        self.total, self.tax, self.units = (
            self.total - total,
            self.tax - tax,
            self.units - (units or 0),
        )
        price = self.line.unit_price if units else None
        was = self.line
        return PaperLine(was.position, was.sku, was.title, units, price, was.rate, total - tax, tax)


def still_open(
    invoice: Sequence[PaperLine], credited: Iterable[Sequence[PaperLine]]
) -> dict[int, Open]:
    """By position, what the credit notes so far left of an invoice."""
    left = {line.position: Open(line, line.total, line.tax, line.quantity or 0) for line in invoice}
    for line in (line for note in credited for line in note):
        one = left[line.position]
        one.total -= line.total
        one.tax -= line.tax
        one.units -= line.quantity or 0
    return left


def for_amount(left: Mapping[int, Open], amount: int) -> list[PaperLine]:
    """Credit so much, or what is left if that is less: each line gives in proportion to what is left of it."""
    lines = list(left.values())
    room = [line.total for line in lines]
    parts = spread(min(amount, sum(room)), room)
    return [line.credit(part) for line, part in zip(lines, parts, strict=True) if part]


def for_units(left: Mapping[int, Open], lines: Iterable[Frozen]) -> list[PaperLine]:
    """Credit the units that were dropped since: their frozen shares, or what refunds left of them."""
    found = []
    for line in lines:
        one, stay = left.get(line.position), line.quantity - line.cancelled
        gone = one.units - stay if one else 0
        if one is not None and gone > 0:
            total = min(share(line.total, line.quantity, stay, gone), one.total)
            tax = share(line.tax, line.quantity, stay, gone)
            found.append(one.credit(total, gone, tax))
    return found


def by_rate(lines: Iterable[PaperLine]) -> list[dict[str, int | None]]:
    """Net and tax of each rate, the highest first; what is outside the scope of VAT last."""
    lines = list(lines)
    rates = {line.rate for line in lines}
    return [
        {
            "rate": rate,
            "net": sum(line.net for line in lines if line.rate == rate),
            "tax": sum(line.tax for line in lines if line.rate == rate),
        }
        for rate in sorted(rates, key=lambda rate: -1 if rate is None else rate, reverse=True)
    ]


def read(content: Mapping[str, Any]) -> list[PaperLine]:
    """The lines of a document's content."""
    return [PaperLine.read(line) for line in content["lines"]]
