"""Writes the rows of an order that is being placed, on any channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.checkout.order_lines import OrderedLine
from app.core.inventory import reservations
from app.core.inventory.stock import WantedStock
from app.core.orders import notify
from app.core.orders.billing import BillTo, insert_billing
from app.core.orders.events import BY_STATUS
from app.core.orders.models import Fulfilment, Line, Order
from app.core.orders.pickup import Promise
from app.core.orders.statuses import FULFILMENT_STATUS
from app.core.pricing.engine.quote import Quote
from app.core.tasks.models import Task
from app.core.transaction import Transaction


@dataclass(frozen=True)
class Buyer:
    contact_id: UUID
    pickup_contact_id: UUID | None
    """The contact of the pickup person, if the shopper sends another person."""
    customer_id: UUID | None


@dataclass(frozen=True)
class Origin:
    """Where the order comes from."""

    client_id: UUID
    sales_channel: str
    cart_id: UUID | None
    """None for a sale without a cart."""
    locale: str
    terms_version: str


@dataclass(frozen=True)
class NewOrder:
    id: UUID
    number: str
    status: str
    quote: Quote
    lines: Sequence[OrderedLine]
    location_id: UUID
    promise: Promise
    placed_at: datetime
    pay_by: datetime | None
    """Until when the goods wait for the card; None if the order does not wait."""
    buyer: Buyer
    origin: Origin
    bill_to: BillTo | None

    @property
    def currency(self) -> str:
        return self.quote.currency


def write_order(tx: Transaction, order: NewOrder) -> UUID:
    """Collect all rows of the order, and return the id of its event.

    A placed order also gets its pick task and its message to the customer. An unpaid one gets them when it is
    confirmed.
    """
    quote, buyer, origin = order.quote, order.buyer, order.origin
    tx.insert(
        Order,
        id=order.id, number=order.number, status=order.status, version=1, transition_count=1,
        currency=quote.currency, total=quote.total, net=quote.net, tax=quote.tax,
        cancelled=0, credited=0, paid=0,
        quote=quote.facts, quote_hash=quote.hash, cart_id=origin.cart_id, client_id=origin.client_id,
        contact_id=buyer.contact_id, pickup_person_contact_id=buyer.pickup_contact_id,
        customer_id=buyer.customer_id,
        started_channel=origin.sales_channel, locale=origin.locale, terms_version=origin.terms_version,
        placed_at=order.placed_at, pay_by=order.pay_by,
    )  # fmt: skip
    fulfilment_id = tx.insert(
        Fulfilment,
        order_id=order.id, location_id=order.location_id, type="pickup", status=FULFILMENT_STATUS[order.status],
        promised_at=order.promise.ready_by, collect_by=order.promise.collect_by,
        code_number=0, code_attempts=0, code_attempts_total=0,
    )  # fmt: skip
    _write_lines(tx, order, fulfilment_id)
    insert_billing(tx, order.id, order.bill_to)
    event_id = tx.record(
        BY_STATUS[order.status],
        {
            "from": None, "to": order.status, "step": 1, "total": quote.total, "quote_hash": quote.hash,
        },
        order_id=order.id,
        location_id=order.location_id,
    )  # fmt: skip
    if order.status == "placed":
        _open_pick_task(tx, order, fulfilment_id)
        notify.notify_customer(tx, order.id, event_id, "placed")
    return event_id


def _write_lines(tx: Transaction, order: NewOrder, fulfilment_id: UUID) -> None:
    """Collect the lines and their reservations. The caller reserves the stock, after the rows are written."""
    expires_at = order.pay_by or order.promise.collect_by
    for position, line in enumerate(order.lines, start=1):
        figures = line.figures
        line_id = tx.insert(
            Line,
            order_id=order.id, fulfilment_id=fulfilment_id, position=position, variant_id=line.variant_id,
            sku=line.sku, title=line.title, barcode=line.barcode, quantity=figures.quantity, cancelled=0,
            unit_price=figures.unit_price, tax_category=line.tax_category, tax_rate=figures.tax_rate,
            total=figures.total, net=figures.net, tax=figures.tax,
            taxes=figures.tax_rows,
        )  # fmt: skip
        wanted = WantedStock(order.location_id, line.variant_id, line.quantity)
        reservations.add(tx, order.id, line_id, wanted, expires_at=expires_at)


def _open_pick_task(tx: Transaction, order: NewOrder, fulfilment_id: UUID) -> None:
    """The order is new, so it has no open task yet and `open_task` would pay a statement to find out."""
    tx.insert(
        Task,
        kind="pick", department="shop", location_id=order.location_id, due_at=order.promise.ready_by,
        order_id=order.id, fulfilment_id=fulfilment_id, created_at=order.placed_at,
    )  # fmt: skip
