from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, update

from app.core.accounts.models import Preference
from app.core.accounts.preferences import Preferences, get_preferences
from app.core.catalogue.queries import pickup_location_id
from app.core.customers.models import Customer
from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetPreferences:
    """What is not given in `changes` stays; None, or no categories, takes back what was stated."""

    customer_id: UUID
    changes: dict[str, Any]
    """channel, locale, store (a code), categories."""


def set_preferences(tx: Transaction, command: SetPreferences) -> Preferences:
    """State what a customer prefers, by herself or by whoever serves her. Raises NotFound for an unknown
    customer, or a store that does not offer pick-up."""
    changes, columns = command.changes, {}
    if "locale" in changes:
        columns["locale"] = changes["locale"]
    if "store" in changes:
        store = changes["store"]
        columns["favourite_location_id"] = store and pickup_location_id(tx.session, store)
    her = update(Customer).where(Customer.id == command.customer_id, Customer.erased_at.is_(None))
    # The row is locked even where it does not change, so that two who state at once come one after the other.
    locked = her.values(columns or {"locale": Customer.locale})
    locked = locked.execution_options(synchronize_session=False)
    if tx.session.connection().execute(locked).rowcount == 0:
        raise NotFound("There is no such customer.")
    if "channel" in changes:
        channel = changes["channel"]
        _state(tx, command.customer_id, "channel", [channel] if channel else [])
    if "categories" in changes:
        _state(tx, command.customer_id, "category", changes["categories"])
    tx.record(
        "customer.preferences_stated", {"what": sorted(changes)}, customer_id=command.customer_id
    )
    return get_preferences(tx.session, command.customer_id)


def _state(tx: Transaction, customer_id: UUID, kind: str, values: Sequence[str]) -> None:
    tx.session.execute(
        delete(Preference).where(Preference.customer_id == customer_id, Preference.kind == kind)
    )
    rows = [
        {"customer_id": customer_id, "kind": kind, "value": value, "stated_at": tx.now}
        for value in dict.fromkeys(values)
    ]
    if rows:
        tx.session.execute(insert(Preference), rows)
