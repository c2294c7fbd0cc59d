"""Payment sessions, payments with their append-only events, and the calls to the payment provider."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, Minor, one_of, reference
from app.core.payments.kinds import (
    ATTEMPT,
    EVENTS,
    FLOWS,
    METHODS,
    PAYMENT,
    PAYMENT_ATTEMPTS,
    PAYMENT_SESSION,
    REFUND,
    REFUND_METHODS,
    SESSION_ATTEMPTS,
)


class PaymentSession(Base):
    """A request to a payer for a card: on a page, in an app, at a card reader.

    Its id is also the id of the payment that arises from it. So the provider's metadata and our idempotency keys
    name one id, before and after the money.
    """

    __tablename__ = "payment_sessions"
    __table_args__ = (
        CheckConstraint(one_of("flow", *FLOWS), "flow"),
        CheckConstraint(one_of("status", *PAYMENT_SESSION.statuses), "status"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("(flow = 'reader') = (reader IS NOT NULL)", "reader"),
        CheckConstraint(
            "card_id IS NULL OR (flow <> 'reader' AND provider_customer_id IS NOT NULL AND NOT saves_card)",
            "card",
        ),
        CheckConstraint(
            "(flow = 'page' AND card_id IS NULL) = (expires_at IS NOT NULL)", "expires"
        ),
        CheckConstraint("url IS NULL OR (status = 'open' AND page_id IS NOT NULL)", "url"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", "ended"),
        CheckConstraint("status <> 'failed' OR failure_code IS NOT NULL", "failure"),
        Index(
            "payment_sessions_one_open_idx", "order_id", unique=True,
            postgresql_where="status = 'open'",
        ),
        Index("payment_sessions_order_idx", "order_id"),
        Index("payment_sessions_open_idx", "created_at", postgresql_where="status = 'open'"),
        Index("payment_sessions_created_idx", "created_at"),
    )  # fmt: skip

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id")
    flow: Mapped[str]
    reader: Mapped[str | None]
    """The card reader that asks."""
    amount: Mapped[Minor]
    currency: Mapped[str]
    status: Mapped[str]
    url: Mapped[str | None]
    """The provider's page. Never the page of a bank, and never a client secret."""
    page_id: Mapped[str | None] = mapped_column(unique=True)
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    """The payment at the provider. A page has none until its payer confirms."""
    provider_customer_id: Mapped[str | None]
    """The customer at the provider; None for guests."""
    card_id: Mapped[UUID | None] = reference("saved_cards.id")
    """The saved card that is charged."""
    saves_card: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether the customer may save the card. The customer at the provider may be gone by then."""
    failure_code: Mapped[str | None]
    location_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """When the page closes; None if there is no page."""
    ended_at: Mapped[datetime | None]


class Payment(Base):
    """Money of one method on an order: a card, cash, a gift card, store credit. Its sums are those of its events.

    It exists once money was authorised or captured. A card payment has the id of its session.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(one_of("method", *METHODS), "method"),
        CheckConstraint(one_of("status", *PAYMENT.statuses), "status"),
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("authorised > 0", "money"),
        CheckConstraint("tendered IS NULL OR tendered > 0", "tendered"),
        CheckConstraint(
            "captured BETWEEN 0 AND authorised AND refunded >= 0 AND refunding >= 0 "
            "AND charged_back >= 0",
            "sums",
        ),
        Index("payments_order_idx", "order_id"),
        Index(
            "payments_expiring_idx", "capture_before",
            postgresql_where="status = 'authorised' AND capture_before IS NOT NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id")
    method: Mapped[str]
    status: Mapped[str]
    amount: Mapped[Minor]
    """The amount of the order that it is to pay."""
    currency: Mapped[str]
    authorised: Mapped[Minor]
    captured: Mapped[Minor] = mapped_column(default=0, server_default="0")
    refunded: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """What went back, through the provider or otherwise. It is more than was captured if we paid it out and the
    merchant refunded it in the provider's dashboard as well."""
    refunding: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """On its way back: it counts as gone until the provider declines it."""
    charged_back: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """Withdrawn by the payer's bank, in disputes that are open or lost. An exchange rate, or a second dispute, can
    make it more than was captured."""
    tendered: Mapped[Minor | None]
    """Cash handed over; what is not change went into the drawer."""
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    capture_before: Mapped[datetime | None]
    stored_value_account_id: Mapped[UUID | None] = reference("stored_value_accounts.id")
    """The gift card or store credit that it debits."""
    shift_id: Mapped[UUID | None] = reference("shifts.id")
    location_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    created_at: Mapped[datetime]


class PaymentEvent(Base):
    """A fact about a payment. It is recorded once, however often and from whatever source it is reported."""

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
    """The cash in the drawer beyond `amount` (negative: less), because there are no coins for it."""
    provider_reference: Mapped[str] = mapped_column(server_default=text("''"))
    """The provider's id of a refund or dispute, which is unique within its kind; otherwise empty."""
    refund_id: Mapped[UUID | None] = reference("refunds.id")
    shift_id: Mapped[UUID | None] = reference("shifts.id")
    """The shift whose drawer the cash went into or came out of."""
    refund_method: Mapped[str | None]
    """How a refund was paid that its own payment did not take back; None: to the payment."""
    event_id: Mapped[UUID]
    occurred_at: Mapped[datetime]


class Attempt(Base):
    """One call to the payment provider. It is committed before the call, and its id is the key of every try.

    It belongs to a session (it asks a payer, or stops asking) or to a payment (it moves money).
    """

    __tablename__ = "payment_attempts"
    __table_args__ = (
        CheckConstraint(one_of("kind", *SESSION_ATTEMPTS, *PAYMENT_ATTEMPTS), "kind"),
        CheckConstraint(one_of("status", *ATTEMPT.statuses), "status"),
        CheckConstraint("num_nonnulls(session_id, payment_id) = 1", "subject"),
        CheckConstraint(
            f"(session_id IS NOT NULL) = ({one_of('kind', *SESSION_ATTEMPTS)})", "kind_subject"
        ),
        CheckConstraint("(status IN ('done', 'failed')) = (completed_at IS NOT NULL)", "completed"),
        CheckConstraint("(kind = 'refund') = (refund_id IS NOT NULL)", "refund"),
        Index(
            "payment_attempts_session_live_idx", "session_id", "kind", unique=True,
            postgresql_where="status IN ('live', 'unknown')",
        ),
        Index(
            "payment_attempts_payment_live_idx", "payment_id", "kind", unique=True,
            postgresql_where="status IN ('live', 'unknown') AND kind <> 'refund'",
        ),
        Index("payment_attempts_session_idx", "session_id"),
        Index("payment_attempts_payment_idx", "payment_id"),
        Index("payment_attempts_order_idx", "order_id"),
        Index(
            "payment_attempts_waiting_idx", "last_called_at",
            postgresql_where="status IN ('live', 'unknown')",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    session_id: Mapped[UUID | None] = reference("payment_sessions.id")
    payment_id: Mapped[UUID | None] = reference("payments.id")
    order_id: Mapped[UUID] = reference("orders.id")
    refund_id: Mapped[UUID | None] = reference("refunds.id")
    kind: Mapped[str]
    amount: Mapped[Minor]
    status: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    failure_code: Mapped[str | None]
    """The provider's code for the reason of the failure."""
    created_at: Mapped[datetime]
    last_called_at: Mapped[datetime]
    """When the provider was called last, or when the attempt began."""
    completed_at: Mapped[datetime | None]


class Refund(Base):
    """Money that goes back, to one or several payments: its payment events and attempts say which."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", "amount"),
        CheckConstraint("credited BETWEEN 0 AND amount", "credited"),
        CheckConstraint(one_of("status", *REFUND.statuses), "status"),
        Index("refunds_order_idx", "order_id"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = reference("orders.id")
    amount: Mapped[Minor]
    credited: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """The part that the customer is credited with; the rest was paid in excess."""
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    event_id: Mapped[UUID]
    created_at: Mapped[datetime]
