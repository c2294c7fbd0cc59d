"""Orders with their lines and fulfilments. One order model serves all channels."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import RETRY, Base, Id, Minor, one_of, reference
from app.core.orders.statuses import FULFILMENT, LINE_KINDS, ORDER
from app.core.payments.order_balance import amount_due

FULFILMENT_TYPES = ("pickup",)


class Order(Base):
    """An order with its money in minor units of `currency`: amount_due = total − cancelled − credited − paid."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(one_of("status", *ORDER.statuses), "status"),
        CheckConstraint(
            "credited >= 0 AND (cancelled BETWEEN 0 AND total OR status = 'imported' AND cancelled = 0)",
            "money",
        ),
        # Two orders drew the same 40 random bits.
        UniqueConstraint("number", info=RETRY),
        CheckConstraint("(status = 'imported') = (import_source IS NOT NULL)", "imported"),
        Index("orders_guest_idx", "contact_id"),
        Index("orders_unpaid_idx", "pay_by", postgresql_where="status = 'unpaid'"),
        Index("orders_review_idx", "placed_at", postgresql_where="review_reason IS NOT NULL"),
        Index(
            "orders_pickup_person_idx", "pickup_person_contact_id",
            postgresql_where="pickup_person_contact_id IS NOT NULL",
        ),
        Index(
            "orders_placed_idx", "customer_id", "placed_at",
            postgresql_where="customer_id IS NOT NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    number: Mapped[str]
    status: Mapped[str]
    version: Mapped[int] = mapped_column()
    transition_count: Mapped[int]
    """The number of transitions so far. The event of a transition has its number as `step`."""
    currency: Mapped[str]
    total: Mapped[Minor]
    net: Mapped[Minor]
    tax: Mapped[Minor]
    cancelled: Mapped[Minor] = mapped_column(default=0)
    credited: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """The amount by which the order's value fell after the payment, for returned goods or goodwill."""
    paid: Mapped[Minor] = mapped_column(default=0)
    """Captures − refunds − chargebacks."""
    quote: Mapped[dict[str, Any]]
    """The frozen facts and results that `quote_hash` covers."""
    quote_hash: Mapped[str]
    cart_id: Mapped[UUID | None]
    client_id: Mapped[UUID] = reference("api_clients.id")
    contact_id: Mapped[UUID] = reference("contacts.id")
    pickup_person_contact_id: Mapped[UUID | None] = reference("contacts.id")
    customer_id: Mapped[UUID | None]
    started_channel: Mapped[str]
    assisted_channel: Mapped[str | None]
    assisted_by: Mapped[UUID | None]
    paid_channel: Mapped[str | None]
    collected_channel: Mapped[str | None]
    locale: Mapped[str]
    terms_version: Mapped[str]
    import_source: Mapped[str | None] = mapped_column(unique=True)
    """The source of an imported order with its number there: `online-retail:536365`."""
    placed_at: Mapped[datetime]
    pay_by: Mapped[datetime | None]
    """Until when the goods of an unpaid order are reserved."""
    review_reason: Mapped[str | None]
    """Why staff must review the order's money: one of `review.REVIEW_REASONS`. None if they need not."""

    __mapper_args__ = {"version_id_col": version}

    @hybrid_property
    def amount_due(self) -> int:
        """The unpaid amount: a number of an order, a column of the class."""
        due: int = amount_due(self.total, self.cancelled, self.credited, self.paid)
        return due


class Billing(Base):
    """The buyer on the invoice, if the shopper named one at checkout."""

    __tablename__ = "order_billing"
    __table_args__ = (Index("order_billing_created_idx", "created_at"),)

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id", unique=True)
    name: Mapped[str]
    address: Mapped[str]
    """Its lines, without the country."""
    country: Mapped[str]
    vat_number: Mapped[str | None]
    created_at: Mapped[datetime]


class Line(Base):
    """A frozen line. Shares of single units are functions of it (`core.money.share`), never rows."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND cancelled BETWEEN 0 AND quantity", "quantity"),
        CheckConstraint("net + tax = total", "sums"),
        CheckConstraint(one_of("kind", *LINE_KINDS), "kind"),
        CheckConstraint("fulfilment_id IS NULL OR variant_id IS NOT NULL", "goods"),
        Index("order_lines_order_idx", "order_id", "position", unique=True),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id")
    fulfilment_id: Mapped[UUID | None] = reference("fulfilments.id")
    """NULL for a line of an imported order."""
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(server_default=text("'item'"))
    variant_id: Mapped[UUID] = reference("variants.id", nullable=True)
    """NULL for a fee, and for an imported item that is not in the catalogue. Each line of a fulfilment has one, so
    it is typed without None."""
    sku: Mapped[str]
    title: Mapped[str]
    barcode: Mapped[str | None]
    quantity: Mapped[int]
    cancelled: Mapped[int] = mapped_column(default=0)
    """Units that were cancelled, from the last one backwards."""
    unit_price: Mapped[Minor]
    """Before promotions."""
    tax_category: Mapped[str | None]
    """As it was when the order was placed; None for an imported line."""
    tax_rate: Mapped[int]
    """Ten-thousandths of a percent."""
    total: Mapped[Minor]
    net: Mapped[Minor]
    tax: Mapped[Minor]
    taxes: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """[[name, rate, amount]] of the taxes that `tax` is the sum of, such as GST and QST; empty for one tax."""


class Fulfilment(Base):
    """How lines leave the store: by pickup."""

    __tablename__ = "fulfilments"
    __table_args__ = (
        CheckConstraint(one_of("type", *FULFILMENT_TYPES), "type"),
        CheckConstraint(one_of("status", *FULFILMENT.statuses), "status"),
        Index("fulfilments_order_idx", "order_id"),
        Index("fulfilments_remind_idx", "remind_at", postgresql_where="status = 'ready'"),
        Index(
            "fulfilments_open_idx",
            "collect_by",
            postgresql_where="status IN ('open','picking','ready')",
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id")
    location_id: Mapped[UUID] = reference("locations.id")
    type: Mapped[str]
    status: Mapped[str]
    promised_at: Mapped[datetime]
    collect_by: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    """When to remind the customer. The reminder clears it."""
    arrived_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    collected_at: Mapped[datetime | None]
    collected_device_id: Mapped[UUID | None]
    received_by_contact_id: Mapped[UUID | None] = reference("contacts.id")
    restocked_at: Mapped[datetime | None]
    code_number: Mapped[int] = mapped_column(default=0)
    """The number of the pickup code in force. Codes are derived from it and never stored."""
    code_attempts: Mapped[int] = mapped_column(default=0)
    """Wrong codes in the window that began at `code_attempts_since`."""
    code_attempts_since: Mapped[datetime | None]
    code_attempts_total: Mapped[int] = mapped_column(default=0)
    """Wrong codes against the code in force."""
