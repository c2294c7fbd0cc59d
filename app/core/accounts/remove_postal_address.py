from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RemovePostalAddress:
    customer_id: UUID
    address_id: UUID


def remove_postal_address(tx: Transaction, command: RemovePostalAddress) -> None:
    """Raises NotFound where it is not hers."""
    values = {"customer": command.customer_id, "id": command.address_id}
    if tx.session.execute(_REMOVE, values).first() is None:
        raise NotFound("You have no such address.")
    tx.record("account.changed", {"what": ["addresses"]}, customer_id=command.customer_id)


_REMOVE = text("""
    DELETE FROM postal_addresses a USING customers k
    WHERE a.id = :id AND k.contact_id = a.contact_id
        AND k.id IN (SELECT id FROM customer_ids(:customer)) RETURNING a.id
""")
