"""Issues the documents that an order lacks: its invoice, and credit notes for refunds and cancelled units."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from app.core.canonical import digest
from app.core.catalogue.models import Location
from app.core.customers.models import Contact
from app.core.invoicing import legal_entities, lines
from app.core.invoicing.content import Buyer, DocumentContent, build_content, totals
from app.core.invoicing.events import ORDER_CREDITED, ORDER_INVOICED
from app.core.invoicing.lines import DocumentLine
from app.core.invoicing.models import Document, DocumentBuyer, LegalEntity
from app.core.orders import locking, purchased_gift_cards
from app.core.orders.models import Billing, Line, Order
from app.core.payments.models import Refund
from app.core.transaction import Transaction

log = logging.getLogger(__name__)

EVENT_KINDS = {"invoice": ORDER_INVOICED, "credit_note": ORDER_CREDITED}
"""The event of each kind of document."""


@dataclass(frozen=True)
class IssueDocuments:
    order_id: UUID


@dataclass(frozen=True)
class InvoicedSale:
    """What all documents of an order share."""

    order: Order
    supplied_at: datetime
    """When the last goods were handed over."""
    legal_entity: LegalEntity
    zone: ZoneInfo
    buyer: Buyer

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass(frozen=True)
class DocumentDraft:
    """A document before it has a number."""

    kind: str
    lines: Sequence[DocumentLine]
    invoice: Document | None = None
    refund_id: UUID | None = None
    reason: str | None = None


def issue_documents(tx: Transaction, command: IssueDocuments) -> int:
    """Issue the documents that an order lacks; return how many. A repeat issues none.

    1. Lock the order: two transactions at once would both find no invoice. An order that is not collected has no
       documents.
    2. If there is no invoice, issue it for the units that were handed over. Units cancelled before are not on it.
    3. Issue a credit note for each completed refund that reduced the order's value, and one for units cancelled
       since. The refund of an overpayment has none, because the overpayment was never invoiced.

    Take each number last, document by document; it is free again if the transaction fails. Raises NotFound.
    """
    open_order = locking.load_by_id(tx, command.order_id)
    order = open_order.order
    if order.status != "collected":
        return 0
    last = max(open_order.fulfilments, key=lambda one: one.collected_at or tx.now)
    location = tx.session.get_one(Location, last.location_id)
    legal_entity = legal_entities.seller_at(tx.session, location)
    if legal_entity is None:
        log.warning("no_legal_entity", extra={"order": order.number})
        return 0
    documents = tx.session.scalars(
        select(Document).where(Document.order_id == order.id).order_by(Document.id)
    ).all()
    invoice = next((one for one in documents if one.kind == "invoice"), None)
    if invoice is not None:
        legal_entity = tx.session.get_one(LegalEntity, invoice.legal_entity_id)
    buyer = _buyer(tx, order, invoice)
    zone = ZoneInfo(location.timezone)
    sale = InvoicedSale(order, last.collected_at or tx.now, legal_entity, zone, buyer)
    order_lines = list(tx.session.scalars(_order_lines(order)))
    before = len(documents)
    if invoice is None:
        invoice = _issue(tx, sale, DocumentDraft("invoice", _invoice_lines(tx, order, order_lines)))
    credit_notes = [one for one in documents if one.kind == "credit_note"]
    return int(before == 0) + _issue_credit_notes(tx, sale, invoice, credit_notes, order_lines)


def _invoice_lines(
    tx: Transaction, order: Order, order_lines: Sequence[Line]
) -> list[DocumentLine]:
    gift_cards = purchased_gift_cards.positions(tx.session, order.id)
    kept = (
        lines.invoice_line(line, order.currency, line.position not in gift_cards)
        for line in order_lines
    )
    return [line for line in kept if line]


def _issue_credit_notes(
    tx: Transaction,
    sale: InvoicedSale,
    invoice: Document,
    credit_notes: Sequence[Document],
    order_lines: Sequence[Line],
) -> int:
    """Issue the missing credit notes; return how many."""
    creditable = lines.creditable_lines(
        lines.lines_of(invoice.content), [lines.lines_of(note.content) for note in credit_notes]
    )
    issued = 0
    for refund in tx.session.scalars(_refunds(sale.order)):
        if all(note.refund_id != refund.id for note in credit_notes):
            credited = lines.credit_amount(creditable, refund.credited)
            draft = DocumentDraft("credit_note", credited, invoice, refund.id, "refund")
            issued += _issue_credit_note(tx, sale, draft)
    cancelled = lines.credit_cancelled_units(creditable, order_lines, sale.order.currency)
    draft = DocumentDraft("credit_note", cancelled, invoice, None, "cancelled")
    return issued + _issue_credit_note(tx, sale, draft)


def _issue_credit_note(tx: Transaction, sale: InvoicedSale, draft: DocumentDraft) -> int:
    if not any(line.total for line in draft.lines):
        return 0
    _issue(tx, sale, draft)
    return 1


def _issue(tx: Transaction, sale: InvoicedSale, draft: DocumentDraft) -> Document:
    order, seller, salt = sale.order, sale.legal_entity, secrets.token_hex(16)
    number = legal_entities.next_number(tx.session, seller.id, draft.kind)
    prefix = seller.invoice_prefix if draft.kind == "invoice" else seller.credit_note_prefix
    corrected_invoice = (
        (draft.invoice.document_number, draft.invoice.content["issued_on"])
        if draft.invoice is not None
        else None
    )
    document = DocumentContent(
        draft.kind, f"{prefix}{number:06}", seller, order.number, order.currency,
        order.quote.get("tax_rules", {}).get("included", True), draft.lines, sale.local_day(tx.now),
        sale.local_day(sale.supplied_at), sale.buyer, salt, corrected_invoice,
        draft.reason,
    )  # fmt: skip
    frozen, amounts = build_content(document), totals(draft.lines)
    payload = {"kind": draft.kind, "number": document.document_number, "amount": amounts["total"]}
    row = {
        "legal_entity_id": seller.id, "kind": draft.kind, "number": number,
        "document_number": document.document_number, "order_id": order.id,
        "invoice_id": draft.invoice and draft.invoice.id, "refund_id": draft.refund_id,
        "currency": order.currency, "content": frozen, "content_hash": digest(frozen), "issued_at": tx.now,
        "event_id": tx.record(EVENT_KINDS[draft.kind], payload, order_id=order.id), **amounts,
    }  # fmt: skip
    document_id = tx.insert(Document, **row)
    tx.insert(DocumentBuyer, document_id=document_id, salt=salt, **vars(sale.buyer))
    return Document(id=document_id, **row)


def _buyer(tx: Transaction, order: Order, invoice: Document | None) -> Buyer:
    """Return the buyer of the invoice, or else that of the billing details, or else the name on the order."""
    found: DocumentBuyer | Billing | None
    if invoice is not None:
        found = tx.session.scalar(
            select(DocumentBuyer).where(DocumentBuyer.document_id == invoice.id)
        )
        return (
            Buyer(found.name, found.address, found.country, found.vat_number) if found else Buyer()
        )
    found = tx.session.scalar(select(Billing).where(Billing.order_id == order.id))
    if found is not None:
        return Buyer(found.name, found.address, found.country, found.vat_number)
    return Buyer(tx.session.get_one(Contact, order.contact_id).name)


def _order_lines(order: Order) -> Select[Line]:
    return select(Line).where(Line.order_id == order.id).order_by(Line.position)


def _refunds(order: Order) -> Select[Refund]:
    """Select the completed refunds that reduced the order's value."""
    return (
        select(Refund)
        .where(Refund.order_id == order.id, Refund.status == "done", Refund.credited > 0)
        .order_by(Refund.id)
    )
