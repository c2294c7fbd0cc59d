"""What an invoice and a credit note say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.canonical import digest
from app.core.invoicing.lines import DocumentLine, by_rate
from app.core.invoicing.models import LegalEntity
from app.core.money import round_half_up

VERSION = 2
"""Of the content: what its keys and figures mean. Version 1 had tax rates in basis points."""


@dataclass(frozen=True)
class Buyer:
    """Who bought, as far as she said."""

    name: str | None = None
    address: str | None = None
    country: str | None = None
    vat_number: str | None = None

    @property
    def is_known(self) -> bool:
        """By name and address, as an invoice in full asks for."""
        return bool(self.name and self.address)

    def digest(self, salt: str) -> str:
        """What a document's content has of her."""
        return digest([salt, self.name, self.address, self.country, self.vat_number])


@dataclass(frozen=True)
class Paper:
    """A document before it is written."""

    kind: str
    label: str
    entity: LegalEntity
    order: str
    """Its number."""
    currency: str
    tax_included: bool
    """Whether the unit prices are with tax."""
    lines: Sequence[DocumentLine]
    issued_on: date
    supplied_on: date
    buyer: Buyer
    salt: str
    corrects: tuple[str, str] | None = None
    """Of a credit note: the number of its invoice, and its date in ISO 8601."""
    reason: str | None = None
    """Of a credit note: refund, or cancelled."""


def content(paper: Paper) -> dict[str, Any]:
    """All that the document says, to be hashed and kept.

    An invoice has what Directive 2006/112/EC, article 226, asks for, and in the United Kingdom VAT Notice 700,
    section 16: (1) the date of issue, (2) a sequential number that identifies it, (3) the VAT number of the
    seller, (4) that of a buyer who gave one, (5) name and address of both, (6) quantity and nature of the goods,
    (7) the date of the supply, (8) the taxable amount by rate, the unit price without tax and the discounts that
    are not in it, (9) the rates, (10) the tax. Where the buyer's address is unknown it is a simplified one
    (article 226b: date, seller, goods, tax, and here the total with tax; up to EUR 100, in some countries 400, and
    GBP 250). A credit note is a document that amends an invoice and names it (articles 219 and 226b (e)).

    Of the buyer it has a digest only: the law that keeps her name lets it go after some years, the numbers never.
    """
    seller = paper.entity
    lines = [line.content | {"unit_net": unit_net(line)} for line in paper.lines]
    return {
        "version": VERSION, "kind": paper.kind, "number": paper.label, "order": paper.order,
        "form": "full" if paper.buyer.is_known else "simplified",
        "issued_on": paper.issued_on.isoformat(), "supplied_on": paper.supplied_on.isoformat(),
        "language": seller.language, "currency": paper.currency, "tax_included": paper.tax_included,
        "seller": {
            "name": seller.name, "address": seller.address, "country": seller.country,
            "vat_number": seller.vat_number,
        },
        "buyer": paper.buyer.digest(paper.salt),
        "invoice": paper.corrects and {"number": paper.corrects[0], "issued_on": paper.corrects[1]},
        "reason": paper.reason,
        "lines": lines, "taxes": by_rate(paper.lines), **sums(paper.lines),
    }  # fmt: skip


def unit_net(line: DocumentLine) -> int | None:
    """What a unit came to without tax, its discounts taken off; rounded: the line's own net is what counts."""
    return round_half_up(line.net, line.quantity) if line.quantity else None


def sums(lines: Sequence[DocumentLine]) -> dict[str, int]:
    net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
    return {"net": net, "tax": tax, "total": net + tax}
