from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.access.users import locking, roles
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetRoles:
    user_id: UUID
    roles: Sequence[str]


def set_roles(tx: Transaction, command: SetRoles) -> UUID:
    """What a user may from her next request on; her id. Raises NotFound, Invalid, Conflict (last_owner)."""
    given, owners = roles.checked(command.roles), roles.owners(tx)
    user = locking.locked(tx, command.user_id)
    roles.give(tx, user, given, owners)
    return user.id
