"""Price lists, and what a variant has cost, costs and will cost: for merchants."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound

Reader = Connection | Session


def price_lists(reader: Reader) -> list[dict[str, Any]]:
    """All of them, in the order in which they count."""
    return [dict(row._mapping) for row in reader.execute(_LISTS)]


def price_list(reader: Reader, code: str) -> dict[str, Any]:
    return next(one for one in price_lists(reader) if one["code"] == code)


def any_local(reader: Reader, codes: Collection[str]) -> bool:
    """Whether one of these lists holds at one location only."""
    return reader.execute(_LOCAL, {"codes": list(codes)}).first() is not None


def price_history(reader: Reader, sku: str, at: datetime) -> dict[str, Any]:
    """Every price of a variant by list, tier and time, and who set it. Raises NotFound."""
    rows = reader.execute(_HISTORY, {"sku": sku, "at": at}).all()
    if not rows:
        raise NotFound(f"There is no variant {sku}: look for it in /products.")
    return {"sku": sku, "prices": [dict(row._mapping) for row in rows if row.currency is not None]}


_LOCAL = text(
    "SELECT 1 FROM price_lists WHERE code = ANY(:codes) AND location_id IS NOT NULL LIMIT 1"
)
_LISTS = text("""
    SELECT p.code, p.name, p.currency, p.customer_group, p.channel, l.code AS location, p.priority, p.reason,
        p.approved_by, p.created_at
    FROM price_lists p LEFT JOIN locations l ON l.id = p.location_id
    ORDER BY p.priority, p.code
""")
# Base prices and those of lists apart, since each kind has an index of its own; a variant without prices is a row.
_HISTORY = text("""
    SELECT p.list, p.currency, p.min_quantity, p.amount, p.compare_at, p.starts_at, p.ends_at,
        CASE
            WHEN p.starts_at > :at THEN 'scheduled' WHEN p.ends_at <= :at THEN 'past' ELSE 'in_force'
        END AS status,
        e.occurred_at AS set_at, e.actor_kind AS set_by, c.name AS client
    FROM variants v
    LEFT JOIN LATERAL (
        SELECT q.*, lead(q.starts_at) OVER (
            PARTITION BY q.list, q.currency, q.min_quantity ORDER BY q.starts_at
        ) AS ends_at
        FROM (
            SELECT NULL AS list, 0 AS priority, b.currency, b.min_quantity, b.amount, b.compare_at, b.starts_at,
                b.event_id
            FROM prices b WHERE b.variant_id = v.id AND b.list_id IS NULL
            UNION ALL
            SELECT l.code, l.priority, o.currency, o.min_quantity, o.amount, o.compare_at, o.starts_at, o.event_id
            FROM price_lists l JOIN prices o ON o.list_id = l.id AND o.variant_id = v.id
        ) q
    ) p ON true
    LEFT JOIN events e ON e.id = p.event_id
    LEFT JOIN api_clients c ON c.id = e.client_id
    WHERE v.sku = :sku
    ORDER BY p.list IS NOT NULL, p.priority, p.list, p.currency, p.min_quantity, p.starts_at
""")
