"""Price rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core.model import Base, Id, Minor, reference


class Price(Base):
    """The price of a variant from `starts_at` on, VAT included. The newest row that has started is in force:
    an ending is a next row, so two prices can never hold at once."""

    __tablename__ = "prices"
    __table_args__ = (
        CheckConstraint("amount >= 0", "amount"),
        Index("prices_in_force_idx", "variant_id", "currency", "starts_at", unique=True),
    )

    id: Mapped[Id]
    variant_id: Mapped[UUID] = reference("variants.id")
    currency: Mapped[str]
    amount: Mapped[Minor]
    starts_at: Mapped[datetime]
    event_id: Mapped[UUID]
    """The event that tells who set it."""
