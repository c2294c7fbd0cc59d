from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RemovePasskey:
    customer_id: UUID
    passkey_id: UUID


def remove_passkey(tx: Transaction, command: RemovePasskey) -> None:
    """Raises NotFound where it is not hers."""
    values = {"customer": command.customer_id, "id": command.passkey_id}
    if tx.session.execute(_REMOVE, values).first() is None:
        raise NotFound("You have no such passkey.")
    tx.record("account.passkey_removed", {}, customer_id=command.customer_id)


_REMOVE = text("""
    DELETE FROM account_passkeys WHERE id = :id
        AND customer_id IN (SELECT id FROM customer_ids(:customer)) RETURNING id
""")
