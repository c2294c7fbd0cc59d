"""What a shopper sees of her account. Each is one statement, with who she is in its WHERE."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.accounts.models import AccountSession, Passkey
from app.core.customers.address_book import PostalAddress
from app.core.customers.family import all_of
from app.core.customers.models import Customer
from app.core.errors import NotFound
from app.core.model import AnyRow

Reader = Session | Connection


def profile(reader: Reader, customer_id: UUID) -> AnyRow:
    """id, name, email, phone, customer_group, created_at, has_password, passkeys (how many), reached_by (the
    verified addresses, [{kind, value}])."""
    found = reader.execute(_PROFILE, {"customer": customer_id}).first()
    if found is None:
        raise NotFound("There is no such account.")
    return found


def sessions(reader: Reader, customer_id: UUID, now: datetime) -> Sequence[AnyRow]:
    """Where she is signed in, the last used first: id, name, sales_channel, created_at, seen_at."""
    return reader.execute(_SESSIONS, {"customer": customer_id, "now": now}).all()


def passkeys(reader: Reader, customer_id: UUID) -> Sequence[AnyRow]:
    """id, name, created_at, used_at."""
    return reader.execute(
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.used_at)
        .where(Passkey.customer_id == customer_id)
        .order_by(Passkey.id)
    ).all()


OrderPlace = tuple[datetime, UUID]
"""Where an order stands in her list: (placed_at, id)."""


def orders(
    reader: Reader, customer_id: UUID, after: OrderPlace | None, limit: int
) -> Sequence[AnyRow]:
    """Her orders, the newest first: id, number, state, currency, total, placed_at, started_channel, location
    (a store's code), terms_version."""
    values = {"customer": customer_id, "limit": limit}
    if after is None:
        return reader.execute(_ORDERS, values).all()
    return reader.execute(_MORE_ORDERS, values | {"at": after[0], "id": after[1]}).all()


def is_her_order(reader: Reader, number: str, customer_id: UUID) -> bool:
    return bool(reader.execute(_IS_HERS, {"number": number, "customer": customer_id}).scalar())


def wishes(reader: Reader, customer_id: UUID) -> Sequence[AnyRow]:
    """The newest first: sku, handle, title, sold, created_at."""
    return reader.execute(_WISHES, {"customer": customer_id}).all()


def postal_addresses(reader: Reader, customer_id: UUID) -> Sequence[AnyRow]:
    """In the order in which she added them: id, label, name, lines, town, postcode, country."""
    address = PostalAddress
    return reader.execute(
        select(
            address.id, address.label, address.name, address.lines, address.town, address.postcode,
            address.country,
        )
        .join(Customer, Customer.contact_id == address.contact_id)
        .where(Customer.id == customer_id)
        .order_by(address.id)
    ).all()  # fmt: skip


_PROFILE = text(f"""
    SELECT k.id, c.name, c.email, c.phone, k.customer_group, k.created_at,
        EXISTS (SELECT FROM account_passwords p WHERE p.customer_id = k.id) AS has_password,
        (SELECT count(*) FROM account_passkeys p WHERE p.customer_id = k.id) AS passkeys,
        (
            SELECT json_agg(json_build_object('kind', i.kind, 'value', i.value) ORDER BY i.id) FROM identities i
            WHERE i.customer_id IN {all_of("k.id")} AND i.verified_at IS NOT NULL AND i.ended_at IS NULL
                AND i.kind IN ('email', 'phone')
        ) AS reached_by
    FROM customers k JOIN contacts c ON c.id = k.contact_id WHERE k.id = :customer
""")  # noqa: S608 - nothing of it comes from a request
_SESSIONS = text(f"""
    SELECT id, name, sales_channel, created_at, seen_at FROM {AccountSession.__tablename__}
    WHERE customer_id IN {all_of(":customer")} AND ended_at IS NULL AND expires_at > :now
    ORDER BY seen_at DESC, id LIMIT 100
""")  # noqa: S608 - as above
_ALL_ORDERS = f"""
    SELECT o.id, o.number, o.state, o.currency, o.total, o.placed_at, o.started_channel, o.terms_version,
        (SELECT l.code FROM fulfilments f JOIN locations l ON l.id = f.location_id WHERE f.order_id = o.id LIMIT 1)
            AS location
    FROM orders o WHERE o.customer_id IN {all_of(":customer")} {{more}}
    ORDER BY o.placed_at DESC, o.id DESC LIMIT :limit
"""  # noqa: S608 - as above
_ORDERS = text(_ALL_ORDERS.format(more=""))
_MORE_ORDERS = text(_ALL_ORDERS.format(more="AND (o.placed_at, o.id) < (:at, :id)"))
_IS_HERS = text(f"""
    SELECT EXISTS (SELECT FROM orders WHERE number = :number AND customer_id IN {all_of(":customer")})
""")  # noqa: S608 - as above
_WISHES = text(f"""
    SELECT v.sku, p.handle, p.title, v.active AND p.status = 'active' AS sold, w.created_at
    FROM wishes w JOIN variants v ON v.id = w.variant_id JOIN products p ON p.id = v.product_id
    WHERE w.customer_id IN {all_of(":customer")} ORDER BY w.created_at DESC, v.sku
""")  # noqa: S608 - as above
