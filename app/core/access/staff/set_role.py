from dataclasses import dataclass

from app.core.access.staff import locking, roles
from app.core.access.stores import store_id
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetStoreRole:
    number: str
    store: str
    role: str | None
    """None: she works there no longer."""


def set_store_role(tx: Transaction, command: SetStoreRole) -> str:
    """What somebody is in a store from now on, in her sign-ins of before too; her number.

    Raises NotFound (the person, the store), Invalid (the role).
    """
    member = locking.locked(tx, command.number)
    roles.change(tx, member.id, store_id(tx.session, command.store), command.role)
    return member.number
