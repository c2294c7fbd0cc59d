"""What differs by channel or location, and why: everything else is the same for all shoppers."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

Reader = Connection | Session


class PriceDifference(NamedTuple):
    list: str
    channel: str | None
    location: str | None
    sku: str
    min_quantity: int
    currency: str
    amount: int
    """Minor units."""
    base: int | None
    """What so many units cost each elsewhere; None: they are not sold there."""
    reason: str
    approved_by: str


class PromotionDifference(NamedTuple):
    code: str
    title: str
    channels: Sequence[str]
    locations: Sequence[str]
    reason: str
    approved_by: str


def price_differences(reader: Reader, at: datetime) -> list[PriceDifference]:
    """Prices in force of the lists for a channel or a location, where they are not the base price."""
    return [PriceDifference(*row) for row in reader.execute(_PRICES, {"at": at})]


def promotion_differences(reader: Reader) -> list[PromotionDifference]:
    """Active promotions that ask for a channel or a location."""
    return [PromotionDifference(*row) for row in reader.execute(_PROMOTIONS)]


_PRICES = text("""
    WITH listed AS (
        SELECT DISTINCT ON (l.priority, l.code, p.variant_id, p.min_quantity)
            l.code, l.channel, l.location_id, l.currency, l.priority, l.reason, l.approved_by,
            p.variant_id, p.min_quantity, p.amount
        FROM price_lists l JOIN prices p ON p.list_id = l.id
        WHERE (l.channel IS NOT NULL OR l.location_id IS NOT NULL) AND p.starts_at <= :at
        ORDER BY l.priority, l.code, p.variant_id, p.min_quantity, p.starts_at DESC
    )
    SELECT d.code, d.channel, o.code, v.sku, d.min_quantity, d.currency, d.amount, base.amount, d.reason,
        d.approved_by
    FROM listed d
    JOIN variants v ON v.id = d.variant_id
    LEFT JOIN locations o ON o.id = d.location_id
    LEFT JOIN LATERAL (
        SELECT t.amount FROM (
            SELECT DISTINCT ON (b.min_quantity) b.min_quantity, b.amount FROM prices b
            WHERE b.list_id IS NULL AND b.variant_id = d.variant_id AND b.currency = d.currency
                AND b.min_quantity <= d.min_quantity AND b.starts_at <= :at
            ORDER BY b.min_quantity, b.starts_at DESC
        ) t
        WHERE t.amount IS NOT NULL ORDER BY t.min_quantity DESC LIMIT 1
    ) base ON true
    WHERE d.amount IS NOT NULL AND d.amount IS DISTINCT FROM base.amount
    ORDER BY d.priority, d.code, v.sku, d.min_quantity
""")
_PROMOTIONS = text("""
    SELECT code, title, coalesce(conditions -> 'channels', '[]'), coalesce(conditions -> 'locations', '[]'),
        reason, approved_by
    FROM promotions
    WHERE ended_at IS NULL AND (coalesce(conditions -> 'channels', '[]') <> '[]'
        OR coalesce(conditions -> 'locations', '[]') <> '[]')
    ORDER BY priority, code
""")
