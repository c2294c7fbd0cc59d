"""Create, view and update customers, and add notes about them."""

from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from app.core.customers import contacts, identities, queries
from app.core.customers.events import (
    CUSTOMER_CREATED,
    CUSTOMER_NOTE_ADDED,
    CUSTOMER_UPDATED,
    CUSTOMER_VIEWED,
)
from app.core.customers.merged_customers import not_found
from app.core.customers.models import Customer, CustomerNote
from app.core.customers.phone_country import normalise_here
from app.core.customers.queries import CustomerDetail
from app.core.errors import Conflict
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreateCustomer:
    name: str
    email: str | None = None
    phone: str | None = None
    loyalty_card: str | None = None
    locale: str | None = None


def create_customer(tx: Transaction, command: CreateCustomer) -> UUID:
    """Create a customer for staff; return the id. Raises Conflict (identity_taken) for another customer's card.

    The e-mail address and phone number stay unverified until the customer signs in with them.
    """
    phone = normalise_here(tx, "phone", command.phone) if command.phone else None
    contact_id = contacts.add(tx, command.name, command.email, phone)
    customer_id = tx.insert(
        Customer, contact_id=contact_id, locale=command.locale, tags=[], created_at=tx.now
    )
    for kind, value in (("email", command.email), ("phone", command.phone)):
        if value:
            identities.claim(tx, customer_id, kind, value)
    tx.record(CUSTOMER_CREATED, {}, customer_id=customer_id)
    tx.write()
    if command.loyalty_card:
        identities.assign(tx, customer_id, "loyalty_card", command.loyalty_card)
    return customer_id


@dataclass(frozen=True)
class ViewCustomer:
    customer_id: UUID


def view_customer(tx: Transaction, command: ViewCustomer) -> CustomerDetail:
    """Return a customer for staff, and record that staff viewed the customer. Raises NotFound."""
    tx.record(CUSTOMER_VIEWED, {"what": "profile"}, customer_id=command.customer_id)
    rows = tx.write_reading(queries.PERSON, {"customer_id": command.customer_id})
    return queries.combine(rows)


class CustomerChanges(TypedDict, total=False):
    """Columns of `customers`; a missing column stays as it is."""

    customer_group: str | None
    tags: list[str]
    locale: str | None


@dataclass(frozen=True)
class UpdateCustomer:
    customer_id: UUID
    changes: CustomerChanges


def update_customer(tx: Transaction, command: UpdateCustomer) -> UUID:
    """Update what the merchant says about a customer; return the id. Raises NotFound, Conflict (customer_erased).

    The named customer's own row changes, also if it was merged into another, so the change stays with it when the
    merge is undone.
    """
    customer = lock_customer(tx, command.customer_id)
    before = {name: getattr(customer, name) for name in command.changes}
    for name, value in command.changes.items():
        setattr(customer, name, value)
    changed = sorted(name for name, value in command.changes.items() if value != before[name])
    if changed:
        # Tags may contain personal data, which must be erasable one day. So the event has their name only.
        payload: dict[str, Any] = {"fields": changed}
        if "customer_group" in changed:
            payload |= {"before": before["customer_group"], "after": customer.customer_group}
        tx.record(CUSTOMER_UPDATED, payload, customer_id=customer.id)
    return customer.id


@dataclass(frozen=True)
class AddNote:
    customer_id: UUID
    body: str


def add_note(tx: Transaction, command: AddNote) -> UUID:
    """Add a note for the next colleague who serves the customer; return the customer's id.

    Raises NotFound, Conflict (customer_erased).
    """
    customer = lock_customer(tx, command.customer_id)
    note_id = tx.insert(
        CustomerNote,
        customer_id=customer.id, body=command.body, actor_kind=tx.actor.kind, actor_id=tx.actor.id,
        created_at=tx.now,
    )  # fmt: skip
    tx.record(CUSTOMER_NOTE_ADDED, {"note_id": note_id}, customer_id=customer.id)
    return customer.id


def lock_customer(tx: Transaction, customer_id: UUID) -> Customer:
    """Return the customer, locked for a change. Raises NotFound, Conflict (customer_erased)."""
    customer = tx.session.get(Customer, customer_id, with_for_update={"key_share": True})
    if customer is None:
        raise not_found()
    if customer.erased_at is not None:
        raise Conflict(
            "This customer's data was erased and can no longer change.", code="customer_erased"
        )
    return customer
