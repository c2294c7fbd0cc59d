"""Customers of before, known by what they were elsewhere."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.customers import contacts
from app.core.customers.models import Contact, Customer
from app.core.transaction import Transaction


class ImportedCustomer(NamedTuple):
    contact_id: UUID
    customer_id: UUID


def get_or_create(tx: Transaction, sources: Iterable[str]) -> dict[str, ImportedCustomer]:
    """The customers of `online-retail:17850` and the like, those that are missing made. Nothing else is known of
    them: no name, no address. The caller holds off others who would make them too."""
    wanted = list(dict.fromkeys(sources))
    found = tx.session.execute(
        select(Contact.import_source, Contact.id, Customer.id.label("customer_id"))
        .outerjoin(Customer, Customer.contact_id == Contact.id)
        .where(Contact.import_source == any_(literal(wanted, ARRAY(Text))))
    )
    rows = {row.import_source: row for row in found}
    return {source: _known(tx, source, rows.get(source)) for source in wanted}


def _known(tx: Transaction, source: str, row: Any) -> ImportedCustomer:
    contact_id = row.id if row else contacts.add_imported(tx, source)
    customer_id = row.customer_id if row else None
    return ImportedCustomer(contact_id, customer_id or _add(tx, source, contact_id))


def _add(tx: Transaction, source: str, contact_id: UUID) -> UUID:
    """Her old number tells her from all others: it is what the other system knew her by."""
    customer_id = tx.insert(
        "customers", contact_id=contact_id, locale=None, tags=[], created_at=tx.now
    )
    tx.insert(
        "identities",
        customer_id=customer_id, kind="provider_customer", value=source, verified_at=tx.now,
        created_at=tx.now,
    )  # fmt: skip
    tx.record("customer.imported", {}, customer_id=customer_id)
    return customer_id
