from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete

from app.core.accounts.models import Passkey
from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RemovePasskey:
    customer_id: UUID
    passkey_id: UUID


def remove_passkey(tx: Transaction, command: RemovePasskey) -> None:
    """Raises NotFound where it is not hers."""
    hers = delete(Passkey).where(
        Passkey.id == command.passkey_id, Passkey.customer_id == command.customer_id
    )
    if tx.session.connection().execute(hers).rowcount == 0:
        raise NotFound("You have no such passkey.")
    tx.record("account.passkey_removed", {}, customer_id=command.customer_id)
