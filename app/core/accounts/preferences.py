"""A customer's preferences: those that they stated, and those that their orders imply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from sqlalchemy import delete, insert, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.accounts.events import CUSTOMER_PREFERENCES_STATED
from app.core.accounts.models import Preference
from app.core.catalogue.queries import pickup_location_id
from app.core.customers import merged_customers
from app.core.customers.events import CUSTOMER_VIEWED
from app.core.customers.models import Customer
from app.core.transaction import Transaction

T = TypeVar("T")

LAST_ORDERS = 50
"""How many orders count: older ones no longer show what the customer likes."""
MAX_CATEGORIES = 20
INFERRED_CATEGORIES = 3


@dataclass(frozen=True)
class PreferenceValue(Generic[T]):
    value: T
    source: Literal["stated", "inferred"] | None
    """None if the preference is unknown."""


@dataclass(frozen=True)
class Preferences:
    channel: PreferenceValue[str | None]
    """The contact channel for messages to the customer."""
    locale: PreferenceValue[str | None]
    store: PreferenceValue[str | None]
    """The store's code."""
    categories: PreferenceValue[Sequence[str]]


@dataclass(frozen=True)
class ViewPreferences:
    customer_id: UUID


@dataclass(frozen=True)
class SetPreferences:
    """A preference that `changes` leaves out stays. None, or no categories, withdraws the stated one."""

    customer_id: UUID
    changes: dict[str, Any]
    """channel, locale, store (a code), categories."""


def load_preferences(reader: Session | Connection, customer_id: UUID) -> Preferences:
    """Return the preferences of a customer. Raises NotFound."""
    row = reader.execute(_PREFERENCES, {"customer": customer_id, "last": LAST_ORDERS}).first()
    if row is None:
        raise merged_customers.not_found()
    inferred = row.inferred or {}
    return Preferences(
        channel=_one(row.channel, inferred.get("channel")),
        locale=_one(row.locale, inferred.get("locale")),
        store=_one(row.store, inferred.get("store")),
        categories=_many(row.categories, inferred.get("categories")),
    )


def view_preferences(tx: Transaction, command: ViewPreferences) -> Preferences:
    """Return the preferences to staff, and record that they viewed them. Raises NotFound."""
    found = load_preferences(tx.session, command.customer_id)
    tx.record(CUSTOMER_VIEWED, {"what": "preferences"}, customer_id=command.customer_id)
    return found


def set_preferences(tx: Transaction, command: SetPreferences) -> Preferences:
    """State preferences, for the customer or for staff who serve them.

    Raises NotFound for an unknown customer, or for a store that does not offer pickup.
    """
    changes, columns = command.changes, {}
    if "locale" in changes:
        columns["locale"] = changes["locale"]
    if "store" in changes:
        store = changes["store"]
        columns["favourite_location_id"] = store and pickup_location_id(tx.session, store)
    _update_customer(tx, command.customer_id, columns)
    if "channel" in changes:
        channel = changes["channel"]
        _replace(tx, command.customer_id, "channel", [channel] if channel else [])
    if "categories" in changes:
        _replace(tx, command.customer_id, "category", changes["categories"])
    tx.record(
        CUSTOMER_PREFERENCES_STATED, {"what": sorted(changes)}, customer_id=command.customer_id
    )
    return load_preferences(tx.session, command.customer_id)


def _update_customer(tx: Transaction, customer_id: UUID, columns: dict[str, Any]) -> None:
    """Lock the customer's row, even if no column changes, so that concurrent changes run one after the other."""
    changed = (
        update(Customer)
        .where(Customer.id == customer_id, Customer.erased_at.is_(None))
        .values(columns or {"locale": Customer.locale})
        .execution_options(synchronize_session=False)
    )
    if tx.session.connection().execute(changed).rowcount == 0:
        raise merged_customers.not_found()


def _replace(tx: Transaction, customer_id: UUID, kind: str, values: Sequence[str]) -> None:
    tx.session.execute(
        delete(Preference).where(Preference.customer_id == customer_id, Preference.kind == kind)
    )
    rows = [
        {"customer_id": customer_id, "kind": kind, "value": value, "stated_at": tx.now}
        for value in dict.fromkeys(values)
    ]
    if rows:
        tx.session.execute(insert(Preference), rows)


def _one(stated: str | None, inferred: str | None) -> PreferenceValue[str | None]:
    if stated is not None:
        return PreferenceValue(stated, "stated")
    return PreferenceValue(inferred, "inferred" if inferred is not None else None)


def _many(
    stated: Sequence[str] | None, inferred: Sequence[str] | None
) -> PreferenceValue[Sequence[str]]:
    if stated:
        return PreferenceValue(tuple(stated), "stated")
    return PreferenceValue(tuple(inferred or ()), "inferred" if inferred else None)


# If several merged customers stated a preference, the canonical customer's counts, else the oldest one's.
_FIRST = "ORDER BY k.merged_into_id IS NOT NULL, k.created_at, k.id LIMIT 1"
_PREFERENCES = text(f"""
    WITH merged AS (
        SELECT c.* FROM customer_ids(:customer) person JOIN customers c ON c.id = person.id
    ), last AS (
        SELECT o.id, o.contact_id, o.locale, o.placed_at FROM merged JOIN orders o ON o.customer_id = merged.id
        WHERE o.status <> 'cancelled'
        ORDER BY o.placed_at DESC LIMIT :last
    )
    SELECT (SELECT k.locale FROM merged k WHERE k.locale IS NOT NULL {_FIRST}) AS locale,
        (SELECT l.code FROM merged k JOIN locations l ON l.id = k.favourite_location_id {_FIRST}) AS store,
        (
            SELECT p.value FROM merged k JOIN preferences p ON p.customer_id = k.id AND p.kind = 'channel' {_FIRST}
        ) AS channel,
        (
            SELECT array_agg(p.value ORDER BY p.value) FROM merged k
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
                SELECT l.code FROM last JOIN fulfilments f ON f.order_id = last.id
                JOIN locations l ON l.id = f.location_id
                GROUP BY l.code ORDER BY count(*) DESC, max(last.placed_at) DESC LIMIT 1
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
        ) AS inferred
    FROM merged WHERE merged_into_id IS NULL AND erased_at IS NULL
""")  # noqa: S608 - nothing of it comes from a request
