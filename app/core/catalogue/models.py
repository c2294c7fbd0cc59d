"""Products, variants with their unit costs, and locations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, Minor, one_of, reference


class Product(Base):
    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint(one_of("status", "draft", "active", "archived"), "status"),
        Index("products_search_idx", "search", postgresql_using="gin"),
        Index("products_listing_idx", "title", "handle", postgresql_where="status = 'active'"),
        Index(
            "products_category_idx",
            "category",
            "title",
            "handle",
            postgresql_where="status = 'active'",
        ),
    )

    id: Mapped[Id]
    handle: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(Text(collation="C"))
    """Sorted by code point, so that a cursor means the same on every server."""
    description: Mapped[str] = mapped_column(default="")
    vendor: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    status: Mapped[str] = mapped_column(default="draft")
    skus: Mapped[str] = mapped_column(default="")
    """The SKUs and barcodes of its variants, separated by spaces, for the search."""
    search: Mapped[Any] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('simple', title || ' ' || skus), 'A') || "
            "setweight(to_tsvector('simple', category || ' ' || vendor), 'B')",
            persisted=True,
        ),
        deferred=True,
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Variant(Base):
    __tablename__ = "variants"
    __table_args__ = (Index("variants_product_idx", "product_id", "position"),)

    id: Mapped[Id]
    product_id: Mapped[UUID] = reference("products.id")
    sku: Mapped[str] = mapped_column(unique=True)
    barcode: Mapped[str | None] = mapped_column(unique=True)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Option name to value, {"Style": "Blue"}; empty for a product without options."""
    position: Mapped[int]
    grams: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    tax_category: Mapped[str] = mapped_column(server_default="standard")


class VariantCost(Base):
    """The unit cost from `starts_at` until the next row starts. Without a row the cost is unknown, not 0."""

    __tablename__ = "variant_costs"
    __table_args__ = (
        CheckConstraint("amount >= 0", "amount"),
        UniqueConstraint("variant_id", "currency", "starts_at"),
    )

    id: Mapped[Id]
    variant_id: Mapped[UUID] = reference("variants.id")
    amount: Mapped[Minor]
    currency: Mapped[str]
    starts_at: Mapped[datetime]


class Location(Base):
    __tablename__ = "locations"
    __table_args__ = (
        CheckConstraint(one_of("kind", "store", "warehouse"), "kind"),
        CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", "position"
        ),
        CheckConstraint("preparation_minutes >= 0", "preparation"),
        CheckConstraint("collect_days > 0 AND reminder_days BETWEEN 0 AND collect_days", "days"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    address: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="GB")
    region: Mapped[str] = mapped_column(server_default="")
    """The subdivision code of ISO 3166-2 without the country, if taxes differ by it."""
    timezone: Mapped[str] = mapped_column(default="Europe/London")
    hours: Mapped[list[Any]]
    """Seven lists, Monday first, of [opens, closes] in local time: [["09:00", "18:00"]]; [] is closed."""
    holidays: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Local date to the hours of that day: {"2026-12-25": []} is closed all day."""
    legal_entity_id: Mapped[UUID | None] = reference("legal_entities.id")
    """The legal entity that sells there; NULL: the first one of the table."""
    offers_pickup: Mapped[bool]
    preparation_minutes: Mapped[int] = mapped_column(default=120)
    collect_days: Mapped[int] = mapped_column(default=5)
    reminder_days: Mapped[int] = mapped_column(default=3)
