"""Tenders, and the append-only history in which the money truth is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core.model import Base, Id, Minor, one_of, reference


class Payment(Base):
    """One tender on an order."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(one_of("method", "cash"), "method"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("tendered IS NULL OR tendered >= amount", "tendered"),
        Index("payments_order_idx", "order_id"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id")
    method: Mapped[str]
    amount: Mapped[Minor]
    """What it pays of the order, minor units."""
    tendered: Mapped[Minor | None]
    """Cash handed over, minor units; change is tendered − amount."""
    currency: Mapped[str]
    location_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    created_at: Mapped[datetime]


class PaymentEvent(Base):
    __tablename__ = "payment_events"
    __table_args__ = (
        CheckConstraint(one_of("kind", "capture", "refund"), "kind"),
        CheckConstraint("amount > 0", "amount"),
        Index("payment_events_payment_idx", "payment_id"),
        Index("payment_events_order_idx", "order_id"),
    )

    id: Mapped[Id]
    payment_id: Mapped[UUID] = reference("payments.id")
    order_id: Mapped[UUID] = reference("orders.id")
    kind: Mapped[str]
    amount: Mapped[Minor]
    event_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
