"""Price lists, and the past, current and scheduled prices of a variant, as merchants see them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from app.core.catalogue.models import Location
from app.core.errors import NotFound
from app.core.pricing.models import PriceList

Reader = Connection | Session


class PriceListDetails(NamedTuple):
    code: str
    name: str
    currency: str
    customer_group: str | None
    channel: str | None
    location: str | None
    """Code."""
    priority: int
    reason: str
    approved_by: str
    created_at: datetime


class PriceEntry(NamedTuple):
    list: str | None
    """Code of the price list; None for the base prices."""
    currency: str
    min_quantity: int
    amount: int | None
    compare_at: int | None
    starts_at: datetime
    ends_at: datetime | None
    status: str
    """past, in_force or scheduled."""
    set_at: datetime | None
    set_by: str | None
    """The kind of actor."""
    client: str | None


class PriceHistory(NamedTuple):
    sku: str
    prices: list[PriceEntry]


def price_lists(reader: Reader) -> list[PriceListDetails]:
    """Return all price lists in the order in which they apply."""
    rows = reader.execute(_LISTS.order_by(PriceList.priority, PriceList.code))
    return [PriceListDetails._make(row) for row in rows]


def price_list(reader: Reader, code: str) -> PriceListDetails:
    return PriceListDetails._make(reader.execute(_LISTS.where(PriceList.code == code)).one())


def any_local(reader: Reader, codes: Collection[str]) -> bool:
    """Return whether one of these lists applies at one location only."""
    local = select(PriceList.id).where(
        PriceList.code == any_(literal(list(codes), ARRAY(Text))),
        PriceList.location_id.is_not(None),
    )
    return reader.execute(local.limit(1)).first() is not None


def price_history(reader: Reader, sku: str, at: datetime) -> PriceHistory:
    """Return every price of a variant by list, tier and time, and who set it. Raises NotFound."""
    rows = reader.execute(_HISTORY, {"sku": sku, "at": at}).all()
    if not rows:
        raise NotFound(f"There is no variant {sku}: see /products.")
    return PriceHistory(sku, [PriceEntry._make(row) for row in rows if row.currency is not None])


_LISTS = select(
    PriceList.code, PriceList.name, PriceList.currency, PriceList.customer_group, PriceList.channel,
    Location.code.label("location"), PriceList.priority, PriceList.reason, PriceList.approved_by,
    PriceList.created_at,
).outerjoin(Location, Location.id == PriceList.location_id)  # fmt: skip
# Base prices and list prices are read apart, because each kind has an index of its own. A variant without prices
# gives one row.
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
