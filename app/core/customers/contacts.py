"""Contacts: the names and addresses of customers and guests."""

from uuid import UUID

from app.core.customers.models import Contact
from app.core.transaction import Transaction


def add(
    tx: Transaction, name: str | None, email: str | None = None, phone: str | None = None
) -> UUID:
    """Add a contact; return its id."""
    return tx.insert(Contact, name=name, email=email, phone=phone, created_at=tx.now)


def add_imported(tx: Transaction, source: str | None = None) -> UUID:
    """Add a contact without name and address; return its id. `source` is the id in the system it comes from, None
    for a guest."""
    return tx.insert(Contact, import_source=source, created_at=tx.now)
