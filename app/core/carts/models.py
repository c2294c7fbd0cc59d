"""Carts with their lines and coupons."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core.model import RETRY, Base, Id, one_of, reference


class Cart(Base):
    __tablename__ = "carts"
    __table_args__ = (
        CheckConstraint("type IS NULL OR " + one_of("type", "pickup"), "type"),
        CheckConstraint("type <> 'pickup' OR location_id IS NOT NULL", "pickup_location"),
        # Two devices opened the cart of one account at once.
        Index(
            "carts_open_idx", "customer_id", "currency", unique=True, info=RETRY,
            postgresql_where="customer_id IS NOT NULL AND order_id IS NULL AND merged_into_id IS NULL",
        ),
        Index("carts_contact_idx", "contact_id", postgresql_where="contact_id IS NOT NULL"),
        Index("carts_merged_idx", "merged_into_id", postgresql_where="merged_into_id IS NOT NULL"),
        Index("carts_idle_idx", "last_activity_at", postgresql_where="order_id IS NULL"),
    )  # fmt: skip

    id: Mapped[Id]
    client_id: Mapped[UUID] = reference("api_clients.id")
    sales_channel: Mapped[str]
    contact_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    currency: Mapped[str]
    type: Mapped[str | None]
    """The type of the fulfilment; NULL until the shopper chooses one."""
    location_id: Mapped[UUID | None] = reference("locations.id")
    order_id: Mapped[UUID | None]
    """The order that was placed with it; a cart becomes one order at most."""
    merged_into_id: Mapped[UUID | None]
    """The customer's cart that this guest cart was merged into. A merged cart no longer changes."""
    created_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]


class CartLine(Base):
    __tablename__ = "cart_lines"
    __table_args__ = (CheckConstraint("quantity > 0", "quantity"),)

    cart_id: Mapped[UUID] = reference("carts.id", primary_key=True)
    variant_id: Mapped[UUID] = reference("variants.id", primary_key=True)
    quantity: Mapped[int]


class CartCoupon(Base):
    __tablename__ = "cart_coupons"

    cart_id: Mapped[UUID] = reference("carts.id", primary_key=True)
    coupon_id: Mapped[UUID] = reference("coupons.id", primary_key=True)
