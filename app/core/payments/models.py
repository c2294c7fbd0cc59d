"""Tenders, the append-only history in which the money truth is, and what was asked of the provider."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, Minor, one_of, reference
from app.core.payments.kinds import (
    ATTEMPT_STATUSES,
    ATTEMPTS,
    EVENTS,
    FLOWS,
    MANY_AT_ONCE,
    METHODS,
    PAYMENT,
    REFUND_METHODS,
    REFUND_STATUSES,
)


class Payment(Base):
    """One tender on an order: a card, cash, a gift card, store credit. Its sums are those of its events."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(one_of("method", *METHODS), "method"),
        CheckConstraint(one_of("status", *PAYMENT), "status"),
        CheckConstraint("flow IS NULL OR " + one_of("flow", *FLOWS), "flow"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("tendered IS NULL OR tendered > 0", "tendered"),
        CheckConstraint(
            "captured BETWEEN 0 AND authorised AND refunded >= 0 AND refunding >= 0 "
            "AND charged_back >= 0",
            "sums",
        ),
        Index("payments_order_idx", "order_id"),
        Index(
            "payments_one_open_idx", "order_id", unique=True,
            postgresql_where="status = 'open' AND method = 'card'",
        ),
        Index(
            "payments_lapsing_idx", "capture_before",
            postgresql_where="status = 'authorised' AND capture_before IS NOT NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id")
    method: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'captured'"))
    flow: Mapped[str | None]
    """How a card is asked for: on the provider's page, in an app, at a reader in the shop."""
    provider_customer_id: Mapped[str | None]
    """The customer at the provider; None for guests."""
    card_id: Mapped[UUID | None] = reference("saved_cards.id")
    """The saved card of the payment."""
    saves_card: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether the customer may save the card."""
    amount: Mapped[Minor]
    """What it is to pay of the order."""
    currency: Mapped[str]
    authorised: Mapped[Minor] = mapped_column(default=0, server_default="0")
    captured: Mapped[Minor] = mapped_column(default=0, server_default="0")
    refunded: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """What went back, through the provider or otherwise. Where we paid out and the provider's people gave it back
    as well, that is more than was captured."""
    refunding: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """On its way back: it counts as gone until the provider declines it."""
    charged_back: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """Taken back by the payer's bank, in disputes that are open or lost; by the course of currencies, or in two
    disputes of one payment, even more than was captured."""
    tendered: Mapped[Minor | None]
    """Cash handed over; what is not change went into the drawer."""
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    page_id: Mapped[str | None] = mapped_column(unique=True)
    capture_before: Mapped[datetime | None]
    stored_value_account_id: Mapped[UUID | None] = reference("stored_value_accounts.id")
    """The gift card or store credit it is taken from."""
    shift_id: Mapped[UUID | None] = reference("shifts.id")
    location_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    created_at: Mapped[datetime]


class PaymentEvent(Base):
    """A fact about a tender. It is told once, however often and from wherever it is heard."""

    __tablename__ = "payment_events"
    __table_args__ = (
        CheckConstraint(one_of("kind", *EVENTS), "kind"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint(
            "refund_method IS NULL OR kind = 'refund' AND "
            + one_of("refund_method", *REFUND_METHODS),
            "refund_method",
        ),
        UniqueConstraint("payment_id", "kind", "provider_reference"),
        Index("payment_events_order_idx", "order_id"),
        Index("payment_events_refund_idx", "refund_id", postgresql_where="refund_id IS NOT NULL"),
        Index("payment_events_occurred_idx", "occurred_at"),
    )

    id: Mapped[Id]
    payment_id: Mapped[UUID] = reference("payments.id")
    order_id: Mapped[UUID] = reference("orders.id")
    kind: Mapped[str]
    amount: Mapped[Minor]
    rounding: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """Cash that went into the drawer, or came out of it, beyond `amount` (negative: less): there are no coins
    for it."""
    provider_reference: Mapped[str] = mapped_column(server_default=text("''"))
    """What tells it from another of its kind: the provider's id of a refund or dispute; else empty."""
    refund_id: Mapped[UUID | None] = reference("refunds.id")
    shift_id: Mapped[UUID | None] = reference("shifts.id")
    """The drawer that cash went into or came out of."""
    refund_method: Mapped[str | None]
    """How a refund was given that its own tender did not take back; None: to the tender."""
    event_id: Mapped[UUID]
    occurred_at: Mapped[datetime]


class Attempt(Base):
    """One thing that we ask of the provider: committed before it is asked, its id the key of every try."""

    __tablename__ = "payment_attempts"
    __table_args__ = (
        CheckConstraint(one_of("kind", *ATTEMPTS), "kind"),
        CheckConstraint(one_of("status", *ATTEMPT_STATUSES), "status"),
        CheckConstraint("(status IN ('done', 'failed')) = (completed_at IS NOT NULL)", "completed"),
        CheckConstraint("(kind = 'refund') = (refund_id IS NOT NULL)", "refund"),
        Index(
            "payment_attempts_one_live_idx", "payment_id", "kind", unique=True,
            postgresql_where=f"status IN ('live', 'unknown') AND kind NOT IN ({MANY_AT_ONCE!r})",
        ),
        Index("payment_attempts_payment_idx", "payment_id"),
        Index(
            "payment_attempts_waiting_idx", "last_called_at",
            postgresql_where="status IN ('live', 'unknown')",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    payment_id: Mapped[UUID] = reference("payments.id")
    order_id: Mapped[UUID] = reference("orders.id")
    refund_id: Mapped[UUID | None] = reference("refunds.id")
    kind: Mapped[str]
    amount: Mapped[Minor]
    reader: Mapped[str | None]
    status: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    failure_code: Mapped[str | None]
    """The provider's word for why it failed."""
    created_at: Mapped[datetime]
    last_called_at: Mapped[datetime]
    """When it was asked last, or begun."""
    completed_at: Mapped[datetime | None]


class Refund(Base):
    """Money that goes back, to one or several tenders; which, say the payment events and attempts that name it."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("credited BETWEEN 0 AND amount", "credited"),
        CheckConstraint(one_of("status", *REFUND_STATUSES), "status"),
        Index("refunds_order_idx", "order_id"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id")
    amount: Mapped[Minor]
    credited: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """The part by which the order came to less; the rest had been paid too much."""
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    """pending until each part arrived; needs_review if no tender takes the rest."""
    event_id: Mapped[UUID]
    created_at: Mapped[datetime]
