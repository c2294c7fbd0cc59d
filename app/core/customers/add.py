"""A new customer, and what she is known by."""

from uuid import UUID

from app.core.customers import contacts
from app.core.transaction import Transaction


def add_customer(tx: Transaction, name: str, kind: str, value: str) -> UUID:
    """A customer who has shown that the e-mail address or phone number is hers; her id."""
    contact_id = contacts.add(tx, name, **{kind: value})
    customer_id = tx.insert("customers", contact_id=contact_id, created_at=tx.now)
    add_identity(tx, customer_id, kind, value)
    return customer_id


def add_identity(tx: Transaction, customer_id: UUID, kind: str, value: str) -> UUID:
    """Something that is hers alone, since she has shown that it is; its id.

    Two who show the same at once collide on `identities_verified_idx`: the later one's transaction is repeated,
    and then finds what the first one wrote.
    """
    return tx.insert(
        "identities",
        customer_id=customer_id, kind=kind, value=value, verified_at=tx.now, created_at=tx.now,
    )  # fmt: skip
