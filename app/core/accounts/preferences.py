"""What a customer prefers: what she said, and where she said nothing, what her orders show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.errors import NotFound

T = TypeVar("T")

LAST_ORDERS = 50
"""So many are looked at: what she liked years ago is no longer what she likes."""
MAX_CATEGORIES = 20
INFERRED_CATEGORIES = 3


@dataclass(frozen=True)
class PreferenceValue(Generic[T]):
    value: T
    source: str | None
    """stated, inferred, or None where nothing is known."""


@dataclass(frozen=True)
class Preferences:
    channel: PreferenceValue[str | None]
    """The contact channel by which she wants to be reached."""
    locale: PreferenceValue[str | None]
    store: PreferenceValue[str | None]
    """Its code."""
    categories: PreferenceValue[Sequence[str]]


def get_preferences(reader: Session | Connection, customer_id: UUID) -> Preferences:
    """Raises NotFound for an unknown customer."""
    row = reader.execute(_PREFERENCES, {"customer_id": customer_id, "last": LAST_ORDERS}).first()
    if row is None:
        raise NotFound("There is no such customer.")
    shown = row.shown or {}
    return Preferences(
        channel=_one(row.channel, shown.get("channel")),
        locale=_one(row.locale, shown.get("locale")),
        store=_one(row.store, shown.get("store")),
        categories=_many(row.categories, shown.get("categories")),
    )


def _one(stated: str | None, shown: str | None) -> PreferenceValue[str | None]:
    if stated is not None:
        return PreferenceValue(stated, "stated")
    return PreferenceValue(shown, "inferred" if shown is not None else None)


def _many(stated: Any, shown: Any) -> PreferenceValue[Sequence[str]]:
    if stated:
        return PreferenceValue(tuple(stated), "stated")
    return PreferenceValue(tuple(shown or ()), "inferred" if shown else None)


# Of several who were merged, what the first of them stated; who stayed is the first.
_FIRST = "ORDER BY k.merged_into_id IS NOT NULL, k.created_at, k.id LIMIT 1"
_PREFERENCES = text(f"""
    WITH hers AS (
        SELECT c.* FROM customer_ids(:customer_id) person JOIN customers c ON c.id = person.id
    ), last AS (
        SELECT o.id, o.contact_id, o.locale, o.placed_at FROM hers JOIN orders o ON o.customer_id = hers.id
        WHERE o.state <> 'cancelled'
        ORDER BY o.placed_at DESC LIMIT :last
    )
    SELECT (SELECT k.locale FROM hers k WHERE k.locale IS NOT NULL {_FIRST}) AS locale,
        (SELECT l.code FROM hers k JOIN locations l ON l.id = k.favourite_location_id {_FIRST}) AS store,
        (
            SELECT p.value FROM hers k JOIN preferences p ON p.customer_id = k.id AND p.kind = 'channel' {_FIRST}
        ) AS channel,
        (
            SELECT array_agg(p.value ORDER BY p.value) FROM hers k
                JOIN preferences p ON p.customer_id = k.id AND p.kind = 'category'
            GROUP BY k.id, k.merged_into_id, k.created_at {_FIRST}
        ) AS categories,
        json_build_object(
            'locale', (SELECT locale FROM last ORDER BY placed_at DESC LIMIT 1),
            'channel', (
                SELECT CASE WHEN c.email IS NOT NULL THEN 'email' WHEN c.phone IS NOT NULL THEN 'sms' END
                FROM last JOIN contacts c ON c.id = last.contact_id ORDER BY placed_at DESC LIMIT 1
            ),
            'store', (
                SELECT at.code FROM last JOIN fulfilments f ON f.order_id = last.id
                JOIN locations at ON at.id = f.location_id
                GROUP BY at.code ORDER BY count(*) DESC, max(last.placed_at) DESC LIMIT 1
            ),
            'categories', (
                SELECT json_agg(category) FROM (
                    SELECT p.category FROM last JOIN order_lines i ON i.order_id = last.id
                    JOIN variants v ON v.id = i.variant_id JOIN products p ON p.id = v.product_id
                    WHERE p.category <> '' AND i.quantity > i.cancelled
                    GROUP BY p.category
                    ORDER BY count(DISTINCT last.id) DESC, p.category LIMIT {INFERRED_CATEGORIES}
                ) most
            )
        ) AS shown
    FROM hers WHERE merged_into_id IS NULL AND erased_at IS NULL
""")  # noqa: S608 - nothing of it comes from a request
