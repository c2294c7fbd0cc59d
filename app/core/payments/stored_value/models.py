"""Stored value: gift cards, and the store credit of customers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, Minor, one_of, reference
from app.core.payments.kinds import BLOCK_REASONS, STORED_VALUE

ENTRIES = ("issue", "use", "give_back", "adjust", "expire")


class StoredValueAccount(Base):
    """A balance. It changes by a conditional UPDATE only, together with an entry that gives the reason."""

    __tablename__ = "stored_value_accounts"
    __table_args__ = (
        CheckConstraint(one_of("kind", *STORED_VALUE), "kind"),
        CheckConstraint("balance >= 0", "balance"),
        CheckConstraint("block_reason IS NULL OR " + one_of("block_reason", *BLOCK_REASONS), "block"),
        CheckConstraint("(kind = 'gift_card') = (code_hash IS NOT NULL)", "gift_card"),
        CheckConstraint("(kind = 'store_credit') = (customer_id IS NOT NULL)", "store_credit"),
        Index(
            "stored_value_accounts_credit_idx", "customer_id", "currency", unique=True,
            postgresql_where="kind = 'store_credit'",
        ),
        Index("stored_value_accounts_order_idx", "order_id", postgresql_where="order_id IS NOT NULL"),
        Index("stored_value_accounts_last4_idx", "last4", postgresql_where="last4 IS NOT NULL"),
        Index(
            "stored_value_accounts_expiry_idx", "expires_at",
            postgresql_where="balance > 0 AND expires_at IS NOT NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str]
    currency: Mapped[str]
    balance: Mapped[Minor]
    code_hash: Mapped[bytes | None] = mapped_column(unique=True)
    """Of a gift card: SHA-256 of its code. Code and PIN are derived from the id, and stored nowhere."""
    last4: Mapped[str | None]
    customer_id: Mapped[UUID | None] = reference("customers.id")
    """The owner of store credit; None for a gift card."""
    order_id: Mapped[UUID | None] = reference("orders.id")
    """The order on which the gift card was bought."""
    block_reason: Mapped[str | None]
    """Why it pays nothing; None if it is active."""
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StoredValueEntry(Base):
    """A line of the ledger: the change of a balance, never 0."""

    __tablename__ = "stored_value_entries"
    __table_args__ = (
        CheckConstraint(one_of("kind", *ENTRIES), "kind"),
        CheckConstraint("amount <> 0", "amount"),
        Index("stored_value_entries_account_idx", "account_id"),
        Index(
            "stored_value_entries_payment_idx",
            "payment_id",
            postgresql_where="payment_id IS NOT NULL",
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID] = reference("stored_value_accounts.id")
    kind: Mapped[str]
    amount: Mapped[Minor]
    payment_id: Mapped[UUID | None] = reference("payments.id")
    event_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
