"""The people that an order knows."""

from uuid import UUID

from app.core.transaction import Transaction


def add(
    tx: Transaction, name: str | None, email: str | None = None, phone: str | None = None
) -> UUID:
    """A new contact; its id."""
    return tx.insert("contacts", name=name, email=email, phone=phone, created_at=tx.now)


def add_imported(tx: Transaction, source: str | None = None) -> UUID:
    """A new contact of whom nothing is known but who it was elsewhere, and of a guest not even that; its id."""
    return tx.insert("contacts", import_source=source, created_at=tx.now)
