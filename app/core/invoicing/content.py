"""The content of invoices and credit notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.canonical import digest
from app.core.invoicing.lines import DocumentLine, taxes_by_rate
from app.core.invoicing.models import LegalEntity
from app.core.money import round_half_up

CONTENT_VERSION = 2
"""The version of the content's keys and figures. Version 1 had tax rates in basis points."""


@dataclass(frozen=True)
class Buyer:
    """The buyer, as far as known."""

    name: str | None = None
    address: str | None = None
    country: str | None = None
    vat_number: str | None = None

    @property
    def has_name_and_address(self) -> bool:
        """Whether a full invoice is possible: it needs both."""
        return bool(self.name and self.address)

    def digest(self, salt: str) -> str:
        """Return the digest that a document's content has of the buyer."""
        return digest([salt, self.name, self.address, self.country, self.vat_number])


@dataclass(frozen=True)
class DocumentContent:
    """The data of a document, from which `build_content` makes its stored content."""

    kind: str
    document_number: str
    legal_entity: LegalEntity
    order_number: str
    currency: str
    tax_included: bool
    """Whether the unit prices include tax."""
    lines: Sequence[DocumentLine]
    issued_on: date
    supplied_on: date
    buyer: Buyer
    salt: str
    corrected_invoice: tuple[str, str] | None = None
    """Number and ISO 8601 date of the invoice that a credit note corrects."""
    reason: str | None = None
    """The reason of a credit note: refund or cancelled."""


def build_content(document: DocumentContent) -> dict[str, Any]:
    """Return the content of a document, to be hashed and stored.

    An invoice has what Directive 2006/112/EC, article 226, requires, and in the United Kingdom VAT Notice 700,
    section 16: (1) the date of issue, (2) a sequential number that identifies it, (3) the VAT number of the
    seller, (4) that of a buyer who gave one, (5) name and address of both, (6) quantity and nature of the goods,
    (7) the date of the supply, (8) the taxable amount by rate, the unit price without tax and the discounts that
    are not in it, (9) the rates, (10) the tax. If the buyer's address is unknown, the invoice is a simplified one
    (article 226b: date, seller, goods, tax, and here the total with tax; up to EUR 100, in some countries 400, and
    GBP 250). A credit note is a document that amends an invoice and names it (articles 219 and 226b (e)).

    The content has only a digest of the buyer: the name is deleted after the years that the law requires, the
    figures never.
    """
    seller = document.legal_entity
    invoice = document.corrected_invoice
    lines = [line.content | {"unit_net": unit_net(line)} for line in document.lines]
    return {
        "version": CONTENT_VERSION, "kind": document.kind, "number": document.document_number,
        "order": document.order_number,
        "form": "full" if document.buyer.has_name_and_address else "simplified",
        "issued_on": document.issued_on.isoformat(), "supplied_on": document.supplied_on.isoformat(),
        "language": seller.language, "currency": document.currency, "tax_included": document.tax_included,
        "seller": {
            "name": seller.name, "address": seller.address, "country": seller.country,
            "vat_number": seller.vat_number,
        },
        "buyer": document.buyer.digest(document.salt),
        "invoice": invoice and {"number": invoice[0], "issued_on": invoice[1]},
        "reason": document.reason,
        "lines": lines, "taxes": taxes_by_rate(document.lines), **totals(document.lines),
    }  # fmt: skip


def unit_net(line: DocumentLine) -> int | None:
    """Return the rounded price of a unit without tax, after discounts. The line's net is the exact figure."""
    return round_half_up(line.net, line.quantity) if line.quantity else None


def totals(lines: Sequence[DocumentLine]) -> dict[str, int]:
    net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
    return {"net": net, "tax": tax, "total": net + tax}
