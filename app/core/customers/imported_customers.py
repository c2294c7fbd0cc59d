"""Customers of an earlier system. Only their id there is known."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.customers import contacts
from app.core.customers.events import CUSTOMER_IMPORTED
from app.core.customers.models import Contact, Customer, Identity
from app.core.transaction import Transaction


class ImportedCustomer(NamedTuple):
    contact_id: UUID
    customer_id: UUID


def get_or_create(tx: Transaction, sources: Iterable[str]) -> dict[str, ImportedCustomer]:
    """Return the customers of sources such as `online-retail:17850`, and create those that are missing, without
    name and address. The caller locks out others who would create them too."""
    wanted = list(dict.fromkeys(sources))
    found = tx.session.execute(
        select(Contact.import_source, Contact.id, Customer.id)
        .outerjoin(Customer, Customer.contact_id == Contact.id)
        .where(Contact.import_source == any_(literal(wanted, ARRAY(Text))))
    )
    known: dict[str | None, tuple[UUID | None, UUID | None]] = {
        source: (contact_id, customer_id) for source, contact_id, customer_id in found
    }
    return {source: _complete(tx, source, *known.get(source, (None, None))) for source in wanted}


def _complete(
    tx: Transaction, source: str, contact_id: UUID | None, customer_id: UUID | None
) -> ImportedCustomer:
    contact_id = contact_id or contacts.add_imported(tx, source)
    return ImportedCustomer(contact_id, customer_id or _create(tx, source, contact_id))


def _create(tx: Transaction, source: str, contact_id: UUID) -> UUID:
    """Create a customer whose verified identity is the id in the earlier system."""
    customer_id = tx.insert(
        Customer, contact_id=contact_id, locale=None, tags=[], created_at=tx.now
    )
    tx.insert(
        Identity,
        customer_id=customer_id, kind="provider_customer", value=source, verified_at=tx.now,
        created_at=tx.now,
    )  # fmt: skip
    tx.record(CUSTOMER_IMPORTED, {}, customer_id=customer_id)
    return customer_id
