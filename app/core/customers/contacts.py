"""The people that an order knows."""

from uuid import UUID

from app.core.transaction import Transaction


def add(tx: Transaction, name: str, email: str | None = None, phone: str | None = None) -> UUID:
    """A new contact; its id."""
    return tx.insert("contacts", name=name, email=email, phone=phone, created_at=tx.now)
