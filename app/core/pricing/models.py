"""Prices, price lists, tax rates, markets, promotions and signed quotes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.model import Base, Id, Minor, one_of, reference
from app.core.pricing.date_limits import LATEST_START
from app.core.pricing.engine.tax import FULL_RATE

STARTS_IN_TIME = f"starts_at < '{LATEST_START:%Y-%m-%d %H:%M:%S+00}'"


class PriceList(Base):
    """Prices for a customer group, a channel or a location. A variant without a price in it keeps its base
    price."""

    __tablename__ = "price_lists"
    __table_args__ = (
        CheckConstraint(
            "(channel IS NULL AND location_id IS NULL) OR (reason <> '' AND approved_by <> '')",
            "difference",
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    currency: Mapped[str]
    customer_group: Mapped[str | None]
    """NULL means all customers; NULL in the next two columns means all channels, all locations."""
    channel: Mapped[str | None]
    location_id: Mapped[UUID | None] = reference("locations.id")
    priority: Mapped[int]
    """Of the lists that apply to a cart and have a price, the one with the smallest number counts."""
    reason: Mapped[str] = mapped_column(default="")
    """Why prices differ by channel or location."""
    approved_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    event_id: Mapped[UUID]


class Price(Base):
    """The price of a variant in a list from `starts_at` on, for this many units and more.

    The newest row that has started is in force. A price ends by a next row, so two prices never hold at once.
    """

    __tablename__ = "prices"
    __table_args__ = (
        CheckConstraint("amount >= 0", "amount"),
        CheckConstraint("compare_at > amount", "compare_at"),
        CheckConstraint(STARTS_IN_TIME, "starts_at"),
        CheckConstraint("min_quantity >= 1", "min_quantity"),
        CheckConstraint("list_id IS NOT NULL OR min_quantity > 1 OR amount IS NOT NULL", "ending"),
        Index(
            "prices_in_force_idx", "variant_id", "currency", "min_quantity", "starts_at",
            unique=True, postgresql_where="list_id IS NULL",
        ),
        Index(
            "prices_of_list_idx", "list_id", "variant_id", "min_quantity", "starts_at",
            unique=True, postgresql_where="list_id IS NOT NULL",
        ),
    )  # fmt: skip

    id: Mapped[Id]
    list_id: Mapped[UUID | None] = reference("price_lists.id")
    """NULL is the base list of the currency, which all channels share."""
    variant_id: Mapped[UUID] = reference("variants.id")
    currency: Mapped[str]
    min_quantity: Mapped[int] = mapped_column(server_default="1")
    amount: Mapped[Minor | None]
    """NULL: from then on this list, or this tier, has no price of its own."""
    compare_at: Mapped[Minor | None]
    """The higher price that is shown struck through beside it."""
    starts_at: Mapped[datetime]
    event_id: Mapped[UUID]
    """The event that records who set the price."""


class TaxRate(Base):
    """The rate of a tax category in a country, or in one region of it, from `starts_at` on."""

    __tablename__ = "tax_rates"
    __table_args__ = (
        CheckConstraint(f"rate BETWEEN 0 AND {FULL_RATE}", "rate"),
        CheckConstraint(STARTS_IN_TIME, "starts_at"),
        Index("tax_rates_in_force_idx", "country", "region", "category", "starts_at", unique=True),
    )

    id: Mapped[Id]
    country: Mapped[str]
    """ISO 3166-1, such as GB."""
    region: Mapped[str] = mapped_column(default="")
    """ISO 3166-2 without the country; empty means the whole country."""
    category: Mapped[str]
    rate: Mapped[int]
    """Ten-thousandths of a percent: 20 % is 200000, and 8.875 % is 88750."""
    taxes: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """[[name, rate]] of the taxes that `rate` is the sum of, such as GST and QST; empty for one tax."""
    starts_at: Mapped[datetime]
    event_id: Mapped[UUID]


class Market(Base):
    """How a country taxes and rounds prices. A country without a row has the rules of the United Kingdom."""

    __tablename__ = "markets"
    __table_args__ = (
        CheckConstraint(one_of("tax_level", "line", "unit", "total"), "tax_level"),
        CheckConstraint(one_of("rounding_mode", "half_up", "half_even"), "rounding_mode"),
        CheckConstraint(one_of("rounding_target", "tax", "net"), "rounding_target"),
    )

    country: Mapped[str] = mapped_column(primary_key=True)
    tax_included: Mapped[bool]
    tax_level: Mapped[str]
    rounding_mode: Mapped[str]
    rounding_target: Mapped[str]


class Promotion(Base):
    """A rule that changes prices. `promotions.parse` reads its terms, scopes and conditions."""

    __tablename__ = "promotions"
    __table_args__ = (
        CheckConstraint(
            "redemption_count >= 0 AND redemption_count <= uses_limit", "redemption_count"
        ),
        CheckConstraint("limit_per_customer > 0", "limit_per_customer"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    """Never changes. It also orders promotions of the same priority."""
    title: Mapped[str]
    kind: Mapped[str]
    currency: Mapped[str]
    """Of its amounts, and of the carts that it applies to."""
    terms: Mapped[dict[str, Any]]
    scopes: Mapped[list[Any]]
    conditions: Mapped[dict[str, Any]]
    priority: Mapped[int]
    exclusive: Mapped[bool]
    gift_sku: Mapped[str | None]
    redemption_count: Mapped[int]
    """Orders that hold one of a limited number of redemptions. Not counted for a promotion without a limit."""
    uses_limit: Mapped[int | None]
    limit_per_customer: Mapped[int | None]
    """Orders of one customer, identified by the e-mail address, that may redeem it."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it differs by channel or location."""
    approved_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
    """When a merchant deactivated it. It applies to no quote from then on."""
    event_id: Mapped[UUID]


class Coupon(Base):
    """A code that opens a promotion."""

    __tablename__ = "coupons"
    __table_args__ = (
        CheckConstraint(
            "redemption_count >= 0 AND redemption_count <= uses_limit", "redemption_count"
        ),
        Index("coupons_promotion_idx", "promotion_id"),
    )

    id: Mapped[Id]
    promotion_id: Mapped[UUID] = reference("promotions.id")
    code: Mapped[str]
    """As it is printed."""
    normalised_code: Mapped[str] = mapped_column(unique=True)
    """Without case, and with look-alike letters as one letter (`promotions.coupon_code`)."""
    redemption_count: Mapped[int]
    uses_limit: Mapped[int | None]
    active: Mapped[bool]
    created_at: Mapped[datetime]


class PromotionCustomerUsage(Base):
    """How often one customer has redeemed a promotion that has a limit per customer."""

    __tablename__ = "promotion_customer_usage"
    __table_args__ = (CheckConstraint("redemption_count >= 0", "redemption_count"),)

    promotion_id: Mapped[UUID] = reference("promotions.id", primary_key=True)
    email_hash: Mapped[str] = mapped_column(primary_key=True)
    """A keyed hash of the e-mail address: the limit outlives an erasure, the address does not."""
    redemption_count: Mapped[int]


class PromotionRedemption(Base):
    """One promotion in one order. A cancelled order releases it."""

    __tablename__ = "promotion_redemptions"
    __table_args__ = (
        CheckConstraint("amount >= 0", "amount"),
        UniqueConstraint("order_id", "promotion_id"),
        Index("promotion_redemptions_promotion_idx", "promotion_id"),
    )

    id: Mapped[Id]
    promotion_id: Mapped[UUID] = reference("promotions.id")
    coupon_id: Mapped[UUID | None] = reference("coupons.id")
    order_id: Mapped[UUID] = reference("orders.id")
    customer_id: Mapped[UUID | None]
    email_hash: Mapped[str | None]
    amount: Mapped[Minor]
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    beyond_limit: Mapped[bool] = mapped_column(server_default="false")
    """Whether a reinstated order holds it after other orders took the last redemption: not counted."""


class SignedQuote(Base):
    """A quote that binds the shop until it expires: what its token means. The row stays a day longer."""

    __tablename__ = "signed_quotes"
    __table_args__ = (Index("signed_quotes_expiry_idx", "expires_at"),)

    quote_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(primary_key=True)
    facts: Mapped[dict[str, Any]]
    """As an order freezes them."""
    promotions: Mapped[list[Any]]
    """The redemptions with their names, as `signed_quotes` writes them: facts hold no names."""
    country: Mapped[str]
    """With the region, the place whose taxes the quote contains."""
    region: Mapped[str]
    store: Mapped[str | None]
    """Code of the one store whose prices it contains."""
    created_at: Mapped[datetime]


class PricingVersion(Base):
    """One row: the version of all that changes prices beside the price rows. A process caches the rules of one
    version, and reads them again when a cart brings another version."""

    __tablename__ = "pricing_version"
    __table_args__ = (CheckConstraint("id = 1", "one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[UUID]
