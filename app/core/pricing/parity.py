"""Prices and promotions that differ by channel or location, and why. All others are the same for all shoppers."""

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
    """The unit price for this many units elsewhere; None if they are not sold there."""
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
    """Return the prices of lists for a channel or a location that differ from the prices elsewhere."""
    return [PriceDifference(*row) for row in reader.execute(_PRICES, {"at": at})]


def promotion_differences(reader: Reader) -> list[PromotionDifference]:
    """Return the active promotions with a channel or a location among their conditions."""
    return [PromotionDifference(*row) for row in reader.execute(_PROMOTIONS)]


# The result has a list only if it is the one that applies in its own channel and store. A list without a price for
# one unit, or behind another list, never applies. Prices are compared at each number of units at which one of the
# two changes.
_PRICES = text("""
    WITH newest AS (
        SELECT DISTINCT ON (p.list_id, p.variant_id, p.currency, p.min_quantity)
            p.list_id, p.variant_id, p.currency, p.min_quantity, p.amount
        FROM prices p WHERE p.starts_at <= :at AND p.variant_id IN (
            SELECT o.variant_id FROM prices o JOIN price_lists l ON l.id = o.list_id
            WHERE l.channel IS NOT NULL OR l.location_id IS NOT NULL)
        ORDER BY p.list_id, p.variant_id, p.currency, p.min_quantity, p.starts_at DESC
    ), in_force AS (
        SELECT * FROM newest WHERE amount IS NOT NULL
    ), counting AS (
        SELECT l.*, f.variant_id FROM price_lists l JOIN in_force f ON f.list_id = l.id AND f.min_quantity = 1
    ), pairs AS (
        SELECT d.*, (
            SELECT g.id FROM counting g
            WHERE g.variant_id = d.variant_id AND g.currency = d.currency
                AND g.channel IS NULL AND g.location_id IS NULL
                AND (g.customer_group IS NULL OR g.customer_group = d.customer_group)
            ORDER BY g.priority, g.code LIMIT 1
        ) AS elsewhere
        FROM counting d
        WHERE (d.channel IS NOT NULL OR d.location_id IS NOT NULL) AND NOT EXISTS (
            SELECT 1 FROM counting e
            WHERE e.variant_id = d.variant_id AND e.currency = d.currency
                AND (e.customer_group IS NULL OR e.customer_group = d.customer_group)
                AND (e.channel IS NULL OR e.channel = d.channel)
                AND (e.location_id IS NULL OR e.location_id = d.location_id)
                AND (e.priority, e.code) < (d.priority, d.code))
    ), compared AS (
        SELECT DISTINCT d.*, f.min_quantity FROM pairs d JOIN in_force f
            ON f.variant_id = d.variant_id AND f.currency = d.currency
            AND (f.list_id = d.id OR f.list_id IS NOT DISTINCT FROM d.elsewhere)
    )
    SELECT d.code, d.channel, o.code, v.sku, d.min_quantity, d.currency, own.amount, elsewhere.amount, d.reason,
        d.approved_by
    FROM compared d
    JOIN variants v ON v.id = d.variant_id
    LEFT JOIN locations o ON o.id = d.location_id
    JOIN LATERAL (
        SELECT f.amount FROM in_force f
        WHERE f.list_id = d.id AND f.variant_id = d.variant_id AND f.min_quantity <= d.min_quantity
        ORDER BY f.min_quantity DESC LIMIT 1
    ) own ON true
    LEFT JOIN LATERAL (
        SELECT f.amount FROM in_force f
        WHERE f.list_id IS NOT DISTINCT FROM d.elsewhere AND f.variant_id = d.variant_id
            AND f.currency = d.currency AND f.min_quantity <= d.min_quantity
        ORDER BY f.min_quantity DESC LIMIT 1
    ) elsewhere ON true
    WHERE own.amount IS DISTINCT FROM elsewhere.amount
    ORDER BY d.priority, d.code, v.sku, d.min_quantity
""")
_PROMOTIONS = text("""
    SELECT code, title, coalesce(conditions -> 'channels', '[]'), coalesce(conditions -> 'locations', '[]'),
        reason, approved_by
    FROM promotions
    WHERE deactivated_at IS NULL AND (coalesce(conditions -> 'channels', '[]') <> '[]'
        OR coalesce(conditions -> 'locations', '[]') <> '[]')
    ORDER BY priority, code
""")
