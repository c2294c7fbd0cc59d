"""Reads of a shopper's own account. Each is one statement that filters by the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, select, text, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.accounts.contact_address import ContactAddress
from app.core.accounts.models import AccountSession, Passkey, WishlistItem
from app.core.catalogue.models import Location, Product, Variant
from app.core.customers import merged_customers
from app.core.customers.models import Customer, PostalAddress
from app.core.errors import NotFound
from app.core.orders.models import Fulfilment, Order

Reader = Session | Connection
OrderCursor = tuple[datetime, UUID]
"""(placed_at, id) of the last order of the previous page."""

MAX_SESSIONS = 100


class Profile(NamedTuple):
    """A customer with everything that their merged customers have."""

    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    customer_group: str | None
    created_at: datetime
    has_password: bool
    passkeys: int
    """How many."""
    contact_addresses: Sequence[ContactAddress]
    """The verified ones."""


class SessionSummary(NamedTuple):
    id: UUID
    name: str
    sales_channel: str
    created_at: datetime
    seen_at: datetime


class PasskeySummary(NamedTuple):
    id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


class OwnOrder(NamedTuple):
    id: UUID
    number: str
    status: str
    currency: str
    total: int
    placed_at: datetime
    started_channel: str
    location: str | None
    """The code of the store."""
    terms_version: str


class WishlistEntry(NamedTuple):
    sku: str
    handle: str
    title: str
    available_for_sale: bool
    created_at: datetime


class SavedAddress(NamedTuple):
    id: UUID
    label: str
    name: str
    lines: str
    town: str
    postcode: str
    country: str


def profile(reader: Reader, customer_id: UUID) -> Profile:
    """Return the customer's profile. Raises NotFound."""
    row = reader.execute(_PROFILE, {"customer": customer_id}).first()
    if row is None:
        raise NotFound("This account does not exist. Sign in again.")
    addresses = tuple(ContactAddress(one["kind"], one["value"]) for one in row.addresses or ())
    return Profile(
        row.id,
        row.name,
        row.email,
        row.phone,
        row.customer_group,
        row.created_at,
        row.has_password,
        row.passkeys,
        addresses,
    )


def sessions(reader: Reader, customer_id: UUID, now: datetime) -> list[SessionSummary]:
    """Return the customer's live sessions, the last used first."""
    query = (
        select(
            AccountSession.id,
            AccountSession.name,
            AccountSession.sales_channel,
            AccountSession.created_at,
            AccountSession.seen_at,
        )
        .where(
            AccountSession.customer_id.in_(_ids(customer_id)),
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > now,
        )
        .order_by(AccountSession.seen_at.desc(), AccountSession.id)
        .limit(MAX_SESSIONS)
    )
    return [SessionSummary(*row) for row in reader.execute(query)]


def passkeys(reader: Reader, customer_id: UUID) -> list[PasskeySummary]:
    query = (
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.used_at)
        .where(Passkey.customer_id.in_(_ids(customer_id)))
        .order_by(Passkey.id)
    )
    return [PasskeySummary(*row) for row in reader.execute(query)]


def orders(
    reader: Reader, customer_id: UUID, after: OrderCursor | None, limit: int
) -> list[OwnOrder]:
    """Return the customer's orders, the newest first."""
    location = (
        select(Location.code)
        .join(Fulfilment, Fulfilment.location_id == Location.id)
        .where(Fulfilment.order_id == Order.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            Order.id,
            Order.number,
            Order.status,
            Order.currency,
            Order.total,
            Order.placed_at,
            Order.started_channel,
            location,
            Order.terms_version,
        )
        .where(Order.customer_id.in_(_ids(customer_id)))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(limit)
    )
    if after is not None:
        placed_at, order_id = after
        cursor = tuple_(literal(placed_at), literal(order_id))
        query = query.where(tuple_(Order.placed_at, Order.id) < cursor)
    return [OwnOrder(*row) for row in reader.execute(query)]


def owns_order(reader: Reader, number: str, customer_id: UUID) -> bool:
    query = select(Order.id).where(Order.number == number, Order.customer_id.in_(_ids(customer_id)))
    return reader.execute(query).first() is not None


def wishlist(reader: Reader, customer_id: UUID) -> list[WishlistEntry]:
    """Return the wishlist, the newest item first."""
    item = (
        select(WishlistItem.variant_id, func.max(WishlistItem.created_at).label("created_at"))
        .where(WishlistItem.customer_id.in_(_ids(customer_id)))
        .group_by(WishlistItem.variant_id)
        .subquery()
    )
    query = (
        select(
            Variant.sku,
            Product.handle,
            Product.title,
            and_(Variant.active, Product.status == "active"),
            item.c.created_at,
        )
        .select_from(item)
        .join(Variant, Variant.id == item.c.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .order_by(item.c.created_at.desc(), Variant.sku)
    )
    return [WishlistEntry(*row) for row in reader.execute(query)]


def postal_addresses(reader: Reader, customer_id: UUID) -> list[SavedAddress]:
    """Return the customer's postal addresses in the order in which they were added."""
    query = (
        select(
            PostalAddress.id,
            PostalAddress.label,
            PostalAddress.name,
            PostalAddress.lines,
            PostalAddress.town,
            PostalAddress.postcode,
            PostalAddress.country,
        )
        .join(Customer, Customer.contact_id == PostalAddress.contact_id)
        .where(Customer.id.in_(_ids(customer_id)))
        .order_by(PostalAddress.id)
    )
    return [SavedAddress(*row) for row in reader.execute(query)]


def _ids(customer_id: UUID) -> Select[tuple[UUID]]:
    return merged_customers.select_ids(literal(customer_id))


_PROFILE = text("""
    SELECT k.id, c.name, c.email, c.phone,
        (SELECT customer_group FROM customer_group_of(k.id)) AS customer_group, k.created_at,
        EXISTS (
            SELECT FROM account_passwords p WHERE p.customer_id IN (SELECT id FROM customer_ids(k.id))
        ) AS has_password,
        (
            SELECT count(*) FROM account_passkeys p WHERE p.customer_id IN (SELECT id FROM customer_ids(k.id))
        ) AS passkeys,
        (
            SELECT json_agg(json_build_object('kind', i.kind, 'value', i.value) ORDER BY i.id) FROM identities i
            WHERE i.customer_id IN (SELECT id FROM customer_ids(k.id)) AND i.verified_at IS NOT NULL
                AND i.ended_at IS NULL AND i.kind IN ('email', 'phone')
        ) AS addresses
    FROM customers k JOIN contacts c ON c.id = k.contact_id WHERE k.id = :customer
""")
