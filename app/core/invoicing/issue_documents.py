"""Writes the papers that an order has not got yet: its invoice, and a credit note for whatever was taken back."""

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
from app.core.invoicing.content import Buyer, Paper, content, sums
from app.core.invoicing.events import ORDER_CREDITED, ORDER_INVOICED
from app.core.invoicing.lines import DocumentLine
from app.core.invoicing.models import Document, DocumentBuyer, LegalEntity
from app.core.orders import locking, purchased_gift_cards
from app.core.orders.models import Billing, Fulfilment, Line, Order
from app.core.payments.models import Refund
from app.core.transaction import Transaction

log = logging.getLogger(__name__)

RECORDED_AS = {"invoice": ORDER_INVOICED, "credit_note": ORDER_CREDITED}
"""The event of each kind."""


@dataclass(frozen=True)
class DrawUp:
    order_id: UUID


@dataclass(frozen=True)
class Sale:
    """What all papers of an order share."""

    order: Order
    fulfilment: Fulfilment
    entity: LegalEntity
    zone: ZoneInfo
    buyer: Buyer

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass(frozen=True)
class Wish:
    """A document to be written."""

    kind: str
    lines: Sequence[DocumentLine]
    invoice: Document | None = None
    refund_id: UUID | None = None
    reason: str | None = None


def draw_up(tx: Transaction, command: DrawUp) -> int:
    """Bring an order's papers up to date; how many were written. Again writes nothing.

    1. Lock the order: two at once would both find no invoice. What was not collected has no papers.
    2. Without an invoice, write it, of what was handed over. What is dropped before is not in it.
    3. A credit note for each finished refund that made the order cheaper, and one for units that were cancelled
       since. What was paid too much goes back without: it was never invoiced.

    A number is taken last of all, document by document, and given back if the transaction fails. Raises NotFound.
    """
    order, fulfilment = locking.by_id(tx.session, command.order_id)
    location = tx.session.get_one(Location, fulfilment.location_id)
    entity = legal_entities.of_store(tx.session, location)
    if order.status != "collected":
        return 0
    if entity is None:
        log.warning("no_legal_entity", extra={"order": order.number})
        return 0
    found = tx.session.scalars(
        select(Document).where(Document.order_id == order.id).order_by(Document.id)
    ).all()
    invoice = next((one for one in found if one.kind == "invoice"), None)
    if invoice is not None:
        entity = tx.session.get_one(LegalEntity, invoice.legal_entity_id)
    buyer = _buyer(tx, order, invoice)
    sale = Sale(order, fulfilment, entity, ZoneInfo(location.timezone), buyer)
    bought = list(tx.session.scalars(_lines(order)))
    before = len(found)
    if invoice is None:
        invoice = _write(tx, sale, Wish("invoice", _kept(tx, order, bought)))
    notes = [one for one in found if one.kind == "credit_note"]
    return int(before == 0) + _correct(tx, sale, invoice, notes, bought)


def _kept(tx: Transaction, order: Order, bought: Sequence[Line]) -> list[DocumentLine]:
    cards = purchased_gift_cards.positions(tx.session, order.id)
    kept = (lines.invoice_line(line, in_scope=line.position not in cards) for line in bought)
    return [line for line in kept if line]


def _correct(
    tx: Transaction,
    sale: Sale,
    invoice: Document,
    notes: Sequence[Document],
    bought: Sequence[Line],
) -> int:
    """The credit notes that are missing; how many."""
    left = lines.creditable_lines(
        lines.read(invoice.content), [lines.read(note.content) for note in notes]
    )
    done = 0
    for refund in tx.session.scalars(_refunds(sale.order)):
        if all(note.refund_id != refund.id for note in notes):
            credited = lines.credit_amount(left, refund.credited)
            done += _credit(tx, sale, Wish("credit_note", credited, invoice, refund.id, "refund"))
    dropped = lines.for_units(left, bought)
    return done + _credit(tx, sale, Wish("credit_note", dropped, invoice, None, "cancelled"))


def _credit(tx: Transaction, sale: Sale, wish: Wish) -> int:
    if not any(line.total for line in wish.lines):
        return 0
    _write(tx, sale, wish)
    return 1


def _write(tx: Transaction, sale: Sale, wish: Wish) -> Document:
    order, salt = sale.order, secrets.token_hex(16)
    number = legal_entities.next_number(tx.session, sale.entity.id, wish.kind)
    prefix = (
        sale.entity.invoice_prefix if wish.kind == "invoice" else sale.entity.credit_note_prefix
    )
    corrects = (
        (wish.invoice.label, wish.invoice.content["issued_on"])
        if wish.invoice is not None
        else None
    )
    paper = Paper(
        wish.kind, f"{prefix}{number:06}", sale.entity, order.number, order.currency,
        order.quote.get("tax_rules", {}).get("included", True), wish.lines, sale.day(tx.now),
        sale.day(sale.fulfilment.collected_at or tx.now), sale.buyer, salt, corrects, wish.reason,
    )  # fmt: skip
    said, amounts = content(paper), sums(wish.lines)
    told = {"kind": wish.kind, "number": paper.label, "amount": amounts["total"]}
    row = {
        "legal_entity_id": sale.entity.id, "kind": wish.kind, "number": number, "label": paper.label,
        "order_id": order.id, "invoice_id": wish.invoice and wish.invoice.id, "refund_id": wish.refund_id,
        "currency": order.currency, "content": said, "content_hash": digest(said), "issued_at": tx.now,
        "event_id": tx.record(RECORDED_AS[wish.kind], told, order_id=order.id), **amounts,
    }  # fmt: skip
    document_id = tx.insert("documents", **row)
    tx.insert("document_buyers", document_id=document_id, salt=salt, **vars(sale.buyer))
    return Document(id=document_id, **row)


def _buyer(tx: Transaction, order: Order, invoice: Document | None) -> Buyer:
    """As the invoice has her; else as she wished to be billed, else the name that she ordered by."""
    if invoice is not None:
        kept = tx.session.scalar(
            select(DocumentBuyer).where(DocumentBuyer.document_id == invoice.id)
        )
        return Buyer(kept.name, kept.address, kept.country, kept.vat_number) if kept else Buyer()
    billed = tx.session.scalar(select(Billing).where(Billing.order_id == order.id))
    if billed is not None:
        return Buyer(billed.name, billed.address, billed.country, billed.vat_number)
    return Buyer(tx.session.get_one(Contact, order.contact_id).name)


def _lines(order: Order) -> Select[Line]:
    return select(Line).where(Line.order_id == order.id).order_by(Line.position)


def _refunds(order: Order) -> Select[Refund]:
    """Finished, and of money that the order came to less by."""
    return (
        select(Refund)
        .where(Refund.order_id == order.id, Refund.status == "done", Refund.credited > 0)
        .order_by(Refund.id)
    )
