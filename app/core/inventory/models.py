"""Stock and its movements, reservations, and shortfalls."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.inventory.statuses import RESERVATION
from app.core.model import Base, Id, Minor, one_of, reference


class Stock(Base):
    """One row per location and variant. Available = on_hand − reserved − safety_stock."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("reserved >= 0 AND reserved <= greatest(on_hand, 0)", "reserved"),
        CheckConstraint("safety_stock >= 0", "safety_stock"),
        Index("stock_variant_idx", "variant_id"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    location_id: Mapped[UUID] = reference("locations.id", primary_key=True)
    variant_id: Mapped[UUID] = reference("variants.id", primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    safety_stock: Mapped[int] = mapped_column(default=0)
    has_movements: Mapped[bool] = mapped_column(default=False)
    """Whether a movement other than an import came after the last import. A repeated import leaves such a row
    alone, because the file cannot know of the movement."""


class StockMovement(Base):
    """A change of on_hand; append-only. on_hand is the sum of its movements."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint("quantity <> 0", "quantity"),
        CheckConstraint(
            one_of("kind", "import", "count", "receive", "short_pick", "hand_over"), "kind"
        ),
        Index("stock_movements_stock_idx", "location_id", "variant_id"),
    )

    id: Mapped[Id]
    location_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    quantity: Mapped[int]
    kind: Mapped[str]
    reason: Mapped[str | None]
    unit_cost: Mapped[Minor | None]
    order_id: Mapped[UUID | None]
    event_id: Mapped[UUID]
    occurred_at: Mapped[datetime]


class Reservation(Base):
    """Units at a location that are reserved for one order line. Live ones add up to the stock's `reserved`."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint(one_of("status", *RESERVATION.statuses), "status"),
        CheckConstraint("quantity >= 0 AND picked BETWEEN 0 AND quantity", "quantity"),
        CheckConstraint("status <> 'live' OR quantity > 0", "live"),
        CheckConstraint("picked = 0 OR expires_at IS NULL", "picked_never_expires"),
        Index("reservations_order_idx", "order_id"),
        Index(
            "reservations_stock_idx",
            "location_id",
            "variant_id",
            postgresql_where="status = 'live'",
        ),
        Index(
            "reservations_expiry_idx",
            "expires_at",
            postgresql_where="status = 'live' AND expires_at IS NOT NULL",
        ),
    )

    id: Mapped[Id]
    location_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    order_id: Mapped[UUID] = reference("orders.id")
    line_id: Mapped[UUID] = reference("order_lines.id")
    quantity: Mapped[int]
    picked: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="live")
    expires_at: Mapped[datetime | None]
    """Cleared by picking: only a hand-over or a restock ends the reservation of picked units."""
    created_at: Mapped[datetime]


class Shortfall(Base):
    """Reserved units that a fact (a count, an import, a sale already made) showed to be missing."""

    __tablename__ = "shortfalls"
    __table_args__ = (
        CheckConstraint("quantity > 0", "quantity"),
        Index(
            "shortfalls_open_idx",
            "location_id",
            "variant_id",
            postgresql_where="resolved_at IS NULL",
        ),
    )

    id: Mapped[Id]
    location_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    order_id: Mapped[UUID | None]
    line_id: Mapped[UUID | None]
    """NULL if no unpicked reservation was left to take from: the count itself is unresolved."""
    quantity: Mapped[int]
    cause: Mapped[str]
    event_id: Mapped[UUID]
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
