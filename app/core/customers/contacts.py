"""The people that an order knows."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.customers.models import Contact
from app.core.transaction import Transaction


def add(tx: Transaction, name: str, email: str | None = None, phone: str | None = None) -> UUID:
    """A new contact; its id."""
    return tx.insert("contacts", name=name, email=email, phone=phone, created_at=tx.now)


def add_imported(tx: Transaction, source: str | None = None) -> UUID:
    """A new contact of whom nothing is known but who it was elsewhere, and of a guest not even that; its id."""
    return tx.insert("contacts", import_source=source, created_at=tx.now)


def imported(tx: Transaction, sources: Iterable[str]) -> dict[str, UUID]:
    """The contacts of imported customers by source, those that are missing made."""
    wanted = list(dict.fromkeys(sources))
    found = tx.session.execute(
        select(Contact.import_source, Contact.id).where(
            Contact.import_source == any_(literal(wanted, ARRAY(Text)))
        )
    )
    known = {row.import_source: row.id for row in found}
    return {source: known.get(source) or add_imported(tx, source) for source in wanted}
