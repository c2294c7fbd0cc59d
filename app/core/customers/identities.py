"""Identities: e-mail addresses, phone numbers and cards that identify a customer."""

from uuid import UUID

from sqlalchemy import text

from app.core.customers.models import Identity
from app.core.customers.phone_country import normalise_here
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.transaction import Transaction


def claim(tx: Transaction, customer_id: UUID, kind: str, value: str) -> None:
    """Add an unverified identity. Other customers may claim the same, until one of them verifies it."""
    value = normalise_here(tx, kind, value)
    row = {"customer_id": customer_id, "kind": kind, "value": value}
    tx.insert(Identity, **row, verified_at=None, created_at=tx.now)


def add_verified(tx: Transaction, customer_id: UUID, kind: str, value: str) -> UUID:
    """Add a normalised address or number that the customer has verified; return the identity's id.

    Two customers who verify the same at once collide on `identities_verified_idx`: the later transaction is
    repeated and then finds the row of the first one.
    """
    return tx.insert(
        Identity,
        customer_id=customer_id, kind=kind, value=value, verified_at=tx.now, created_at=tx.now,
    )  # fmt: skip


def assign(tx: Transaction, customer_id: UUID, kind: str, value: str) -> None:
    """Add an identity that staff hand out, such as a loyalty card. Raises Conflict (identity_taken).

    It is written at once, because the unique index decides between two callers who assign the same. The customer's
    row must be written before.
    """
    value = normalise_here(tx, kind, value)
    row = {"id": new_id(), "customer_id": customer_id, "kind": kind, "value": value}
    if tx.session.connection().execute(_ASSIGN, {**row, "now": tx.now}).rowcount == 0:
        raise Conflict(
            "This is another customer's. Search for that customer, and merge the two if they are one person.",
            code="identity_taken",
        )


_ASSIGN = text("""
    INSERT INTO identities (id, customer_id, kind, value, verified_at, created_at)
    VALUES (:id, :customer_id, :kind, :value, :now, :now)
    ON CONFLICT (kind, value) WHERE verified_at IS NOT NULL AND ended_at IS NULL DO NOTHING
""")
