"""Imports invoices of another system as finished orders: the items, the time, the customer and the amounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.access.api_clients import get_or_create_import_client
from app.core.catalogue.import_outcome import ImportOutcome, Problem, Tally
from app.core.catalogue.models import Variant
from app.core.customers import contacts, imported_customers
from app.core.ids import new_order_number
from app.core.money import format_minor
from app.core.order_import.events import ORDER_IMPORTED
from app.core.order_import.lock import lock_imports
from app.core.orders.models import Line, Order
from app.core.pricing.engine.invoiced import InvoicedItem, quote_as_invoiced
from app.core.pricing.engine.quote import Quote
from app.core.transaction import Transaction

MAX_TOTAL = 10**15
"""Minor units of an invoice: more than any real one, and few enough that 64 bits hold a sum of many."""


@dataclass(frozen=True)
class InvoiceLine:
    file_line: int
    """The line in the file."""
    kind: str
    """item, fee or manual."""
    title: str
    price: str
    """The unit price as the file spells it."""
    item: InvoicedItem


@dataclass(frozen=True)
class Invoice:
    number: str
    issued_at: datetime
    customer: str | None
    """The customer's id in the other system; None for a guest, who gets a contact of their own."""
    lines: Sequence[InvoiceLine]


@dataclass(frozen=True)
class ImportOrders:
    source: str
    """The system of the invoices. It and the number identify an invoice for good."""
    currency: str
    invoices: Sequence[Invoice]
    """Each number appears once."""


def import_orders(tx: Transaction, command: ImportOrders) -> ImportOutcome:
    """Write each invoice as an order in the status `imported`. An invoice imported before stays as it is.

    The import has no other effect: no stock moves, no payment is made, no customer is notified.

    1. Lock out other imports of orders, so that two imports never write one invoice twice.
    2. Read which of the invoices, SKUs and customers are known.
    3. Write the others. A hundred invoices take as many statements as one.
    """
    lock_imports(tx.session)
    run = _ImportRun(tx, command)
    for invoice in command.invoices:
        run.add(invoice)
    run.write()
    counts = {"orders": run.orders, "lines": run.lines}
    return ImportOutcome(
        counts,
        tuple(run.refused),
        notes=tuple(run.notes),
        total=run.total,
        currency=command.currency,
    )


@dataclass(frozen=True)
class _PricedInvoice:
    invoice: Invoice
    source: str
    currency: str

    @cached_property
    def quote(self) -> Quote:
        return quote_as_invoiced(self.currency, [line.item for line in self.invoice.lines])


@dataclass
class _ImportRun:
    """The invoices of one transaction, compared with the database."""

    tx: Transaction
    command: ImportOrders
    known: Mapping[str, str] = field(init=False)
    """The quote hash of each order that was imported before, by its source."""
    new: list[_PricedInvoice] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    orders: Tally = field(default_factory=Tally)
    lines: Tally = field(default_factory=Tally)
    total: int = 0

    def __post_init__(self) -> None:
        sources = [self._source(invoice.number) for invoice in self.command.invoices]
        self.known = _imported_hashes(self.tx, sources)

    def _source(self, number: str) -> str:
        return f"{self.command.source}:{number}"

    def add(self, invoice: Invoice) -> None:
        priced = _PricedInvoice(invoice, self._source(invoice.number), self.command.currency)
        earlier, lines = self.known.get(priced.source), len(invoice.lines)
        if abs(priced.quote.total) > MAX_TOTAL:
            self._refuse(invoice, "The total is larger than an invoice can have: correct it.")
        elif earlier is None:
            self.new.append(priced)
            self._count(priced, Tally(created=1), Tally(created=lines))
        elif earlier == priced.quote.hash:
            self._count(priced, Tally(unchanged=1), Tally(unchanged=lines))
        else:
            self._refuse(
                invoice,
                "It was imported with other lines, and stays so: give the correction its own number.",
            )

    def _refuse(self, invoice: Invoice, fix: str) -> None:
        self.refused += (
            Problem(line.file_line, "InvoiceNo", invoice.number, fix) for line in invoice.lines
        )

    def _count(self, priced: _PricedInvoice, orders: Tally, lines: Tally) -> None:
        self.orders += orders
        self.lines += lines
        self.total += priced.quote.total
        self.notes += (
            _rounding_note(line, priced.currency)
            for line in priced.invoice.lines
            if line.item.is_rounded
        )

    def write(self) -> None:
        if not self.new:
            return
        client_id = get_or_create_import_client(self.tx, self.command.source)
        skus = (line.item.sku for priced in self.new for line in priced.invoice.lines)
        variants = _variants(self.tx, skus)
        customers = imported_customers.get_or_create(
            self.tx, filter(None, map(self._customer, self.new))
        )
        for priced in self.new:
            buyer = customers.get(self._customer(priced) or "") or _guest(self.tx)
            order_id = _insert_order(self.tx, priced, client_id, *buyer)
            _insert_lines(self.tx, priced, order_id, variants)

    def _customer(self, priced: _PricedInvoice) -> str | None:
        customer = priced.invoice.customer
        return self._source(customer) if customer else None


def _rounding_note(line: InvoiceLine, currency: str) -> Problem:
    amount = format_minor(line.item.amount, currency)
    fix = f"Imported as {amount}: {line.item.quantity} × {line.price} has more decimals than that."
    return Problem(line.file_line, "UnitPrice", line.price, fix)


def _guest(tx: Transaction) -> tuple[UUID, None]:
    return contacts.add_imported(tx), None


def _insert_order(
    tx: Transaction,
    priced: _PricedInvoice,
    client_id: UUID,
    contact_id: UUID,
    customer_id: UUID | None,
) -> UUID:
    quote = priced.quote
    order_id = tx.insert(
        Order,
        number=new_order_number(), status="imported", version=1, transition_count=1, currency=quote.currency,
        total=quote.total, net=quote.net, tax=quote.tax, cancelled=0, paid=0,
        quote=quote.facts, quote_hash=quote.hash, client_id=client_id, contact_id=contact_id,
        customer_id=customer_id,
        started_channel="import", paid_channel="import", collected_channel="import",
        locale="und", terms_version="", import_source=priced.source, placed_at=priced.invoice.issued_at,
    )  # fmt: skip
    tx.record(
        ORDER_IMPORTED,
        {
            "from": None, "to": "imported", "step": 1, "source": priced.source, "total": quote.total,
            "quote_hash": quote.hash,
        },
        order_id=order_id,
        occurred_at=priced.invoice.issued_at,
    )  # fmt: skip
    return order_id


def _insert_lines(
    tx: Transaction, priced: _PricedInvoice, order_id: UUID, variants: Mapping[str, UUID]
) -> None:
    rows = zip(priced.invoice.lines, priced.quote.lines, strict=True)
    for position, (line, figures) in enumerate(rows, start=1):
        variant_id = _variant(variants, figures.sku) if line.kind == "item" else None
        tx.insert(
            Line,
            order_id=order_id, position=position, kind=line.kind, variant_id=variant_id,
            sku=figures.sku, title=line.title, quantity=figures.quantity, cancelled=0,
            unit_price=figures.unit_price, tax_rate=figures.tax_rate,
            total=figures.total, net=figures.net, tax=figures.tax,
        )  # fmt: skip


def _imported_hashes(tx: Transaction, sources: list[str]) -> dict[str, str]:
    found = tx.session.execute(
        select(Order.import_source, Order.quote_hash).where(
            Order.import_source == any_(literal(sources, ARRAY(Text)))
        )
    )
    return {row.import_source: row.quote_hash for row in found}


def _variants(tx: Transaction, skus: Iterable[str]) -> dict[str, UUID]:
    spellings = list({spelling for sku in skus for spelling in (sku, sku.upper())})
    found = tx.session.execute(
        select(Variant.sku, Variant.id).where(Variant.sku == any_(literal(spellings, ARRAY(Text))))
    )
    return {row.sku: row.id for row in found}


def _variant(variants: Mapping[str, UUID], sku: str) -> UUID | None:
    """Old data was typed, not scanned: 85123a means 85123A."""
    return variants.get(sku) or variants.get(sku.upper())
