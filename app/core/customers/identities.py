"""Identities: what a customer is known by."""

from uuid import UUID

from sqlalchemy import text

from app.core.customers.normalise import normalise
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.transaction import Transaction


def claim(tx: Transaction, customer_id: UUID, kind: str, value: str) -> None:
    """What a person says of herself: others may say the same, until one of them has shown it."""
    folded = normalise(tx.ports.phones, kind, value)
    row = {"customer_id": customer_id, "kind": kind, "value": folded}
    tx.insert("identities", **row, verified_at=None, created_at=tx.now)


def add_verified(tx: Transaction, customer_id: UUID, kind: str, value: str) -> UUID:
    """An address or number, folded already, that she has shown to be hers alone; the identity's id.

    Two who show the same at once collide on `identities_verified_idx`: the later one's transaction is repeated,
    and then finds what the first one wrote.
    """
    return tx.insert(
        "identities",
        customer_id=customer_id, kind=kind, value=value, verified_at=tx.now, created_at=tx.now,
    )  # fmt: skip


def assign(tx: Transaction, customer_id: UUID, kind: str, value: str) -> None:
    """What is hers alone, as the card that staff hand to her. Raises Conflict (identity_taken).

    Written at once, since the index decides between two who give the same: the customer must be there.
    """
    folded = normalise(tx.ports.phones, kind, value)
    row = {"id": new_id(), "customer_id": customer_id, "kind": kind, "value": folded}
    if tx.session.connection().execute(_GIVE, {**row, "now": tx.now}).rowcount == 0:
        raise Conflict(
            "This is another customer's already: look her up, and merge them if they are one.",
            code="identity_taken",
        )


_GIVE = text("""
    INSERT INTO identities (id, customer_id, kind, value, verified_at, created_at)
    VALUES (:id, :customer_id, :kind, :value, :now, :now)
    ON CONFLICT (kind, value) WHERE verified_at IS NOT NULL AND ended_at IS NULL DO NOTHING
""")
