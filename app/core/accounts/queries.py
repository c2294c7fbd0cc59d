"""What a shopper sees of her account. Each is one statement, with who she is in its WHERE."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.accounts.models import AccountSession
from app.core.errors import NotFound
from app.core.model import AnyRow

Reader = Session | Connection


def profile(reader: Reader, customer_id: UUID) -> AnyRow:
    """id, name, email, phone, customer_group, created_at, has_password, passkeys (how many), reached_by (the
    verified addresses, [{kind, value}]); of all that were merged into her."""
    found = reader.execute(_PROFILE, {"customer": customer_id}).first()
    if found is None:
        raise NotFound("There is no such account.")
    return found


def sessions(reader: Reader, customer_id: UUID, now: datetime) -> Sequence[AnyRow]:
    """Where she is signed in, the last used first: id, name, sales_channel, created_at, seen_at."""
    return reader.execute(_SESSIONS, {"customer": customer_id, "now": now}).all()


def passkeys(reader: Reader, customer_id: UUID) -> Sequence[AnyRow]:
    """id, name, created_at, used_at."""
    return reader.execute(_PASSKEYS, {"customer": customer_id}).all()


OrderCursor = tuple[datetime, UUID]
"""Where an order stands in her list: (placed_at, id)."""


def orders(
    reader: Reader, customer_id: UUID, after: OrderCursor | None, limit: int
) -> Sequence[AnyRow]:
    """Her orders, the newest first: id, number, state, currency, total, placed_at, started_channel, location
    (a store's code), terms_version."""
    values = {"customer": customer_id, "limit": limit}
    if after is None:
        return reader.execute(_ORDERS, values).all()
    return reader.execute(_MORE_ORDERS, values | {"at": after[0], "id": after[1]}).all()


def owns_order(reader: Reader, number: str, customer_id: UUID) -> bool:
    return bool(reader.execute(_IS_HERS, {"number": number, "customer": customer_id}).scalar())


def wishlist(reader: Reader, customer_id: UUID) -> Sequence[AnyRow]:
    """The newest first: sku, handle, title, sold, created_at."""
    return reader.execute(_WISHES, {"customer": customer_id}).all()


def postal_addresses(reader: Reader, customer_id: UUID) -> Sequence[AnyRow]:
    """In the order in which she added them: id, label, name, lines, town, postcode, country."""
    return reader.execute(_ADDRESSES, {"customer": customer_id}).all()


_PROFILE = text("""
    SELECT k.id, c.name, c.email, c.phone, k.created_at,
        (SELECT customer_group FROM customer_group_of(k.id)) AS customer_group,
        EXISTS (SELECT FROM account_passwords p WHERE p.customer_id IN (SELECT id FROM customer_ids(k.id)))
            AS has_password,
        (SELECT count(*) FROM account_passkeys p WHERE p.customer_id IN (SELECT id FROM customer_ids(k.id)))
            AS passkeys,
        (
            SELECT json_agg(json_build_object('kind', i.kind, 'value', i.value) ORDER BY i.id) FROM identities i
            WHERE i.customer_id IN (SELECT id FROM customer_ids(k.id)) AND i.verified_at IS NOT NULL
                AND i.ended_at IS NULL
                AND i.kind IN ('email', 'phone')
        ) AS reached_by
    FROM customers k JOIN contacts c ON c.id = k.contact_id WHERE k.id = :customer
""")
_PASSKEYS = text("""
    SELECT id, name, created_at, used_at FROM account_passkeys
    WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) ORDER BY id
""")
_ADDRESSES = text("""
    SELECT a.id, a.label, a.name, a.lines, a.town, a.postcode, a.country
    FROM customers k JOIN postal_addresses a ON a.contact_id = k.contact_id
    WHERE k.id IN (SELECT id FROM customer_ids(:customer)) ORDER BY a.id
""")
_SESSIONS = text(f"""
    SELECT id, name, sales_channel, created_at, seen_at FROM {AccountSession.__tablename__}
    WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) AND ended_at IS NULL AND expires_at > :now
    ORDER BY seen_at DESC, id LIMIT 100
""")  # noqa: S608 - as above
_ALL_ORDERS = """
    SELECT o.id, o.number, o.state, o.currency, o.total, o.placed_at, o.started_channel, o.terms_version,
        (SELECT l.code FROM fulfilments f JOIN locations l ON l.id = f.location_id WHERE f.order_id = o.id LIMIT 1)
            AS location
    FROM orders o WHERE o.customer_id IN (SELECT id FROM customer_ids(:customer)) {more}
    ORDER BY o.placed_at DESC, o.id DESC LIMIT :limit
"""
_ORDERS = text(_ALL_ORDERS.format(more=""))
_MORE_ORDERS = text(_ALL_ORDERS.format(more="AND (o.placed_at, o.id) < (:at, :id)"))
_IS_HERS = text("""
    SELECT EXISTS (SELECT FROM orders WHERE number = :number
        AND customer_id IN (SELECT id FROM customer_ids(:customer)))
""")
_WISHES = text("""
    SELECT v.sku, p.handle, p.title, v.active AND p.status = 'active' AS sold, w.created_at
    FROM (
        SELECT variant_id, max(created_at) AS created_at FROM wishes
        WHERE customer_id IN (SELECT id FROM customer_ids(:customer)) GROUP BY variant_id
    ) w JOIN variants v ON v.id = w.variant_id JOIN products p ON p.id = v.product_id
    ORDER BY w.created_at DESC, v.sku
""")
