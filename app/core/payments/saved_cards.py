"""Saved cards. The provider stores them; we have its ids and what a shopper recognises a card by."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, reference


class SavedCard(Base):
    """It belongs to the customer at the provider, and stays with them when a merge is undone. A removed card
    keeps its row without brand and digits, so that late news of the provider does not bring it back."""

    __tablename__ = "saved_cards"
    __table_args__ = (
        CheckConstraint("detached_at IS NULL OR removed_at IS NOT NULL", "detached"),
        CheckConstraint("(removed_at IS NULL) = (exp_month IS NOT NULL)", "expiry"),
        Index(
            "saved_cards_to_detach_idx", "removed_at",
            postgresql_where="removed_at IS NOT NULL AND detached_at IS NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    provider_id: Mapped[str] = mapped_column(unique=True)
    brand: Mapped[str]
    last4: Mapped[str]
    exp_month: Mapped[int | None]
    exp_year: Mapped[int | None]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    detached_at: Mapped[datetime | None]
    """When the provider removed it too."""


class CardSetup(Base):
    """A request to save a card, committed before the provider is called; its id is the idempotency key. The row is
    deleted when a card arrived or when the request has expired."""

    __tablename__ = "card_setups"

    id: Mapped[Id]
    customer_id: Mapped[UUID] = reference("customers.id", index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
