from dataclasses import dataclass
from uuid import UUID

from app.core.access.events import USER_DISABLED
from app.core.access.users import locking, roles
from app.core.transaction import Transaction


@dataclass(frozen=True)
class DisableUser:
    user_id: UUID


def disable_user(tx: Transaction, command: DisableUser) -> UUID:
    """Somebody left: she is out with her next request; her id. Again changes nothing.

    Raises NotFound, Conflict (last_owner).
    """
    owners = roles.owners(tx)
    user = locking.locked(tx, command.user_id)
    if user.disabled_at is not None:
        return user.id
    roles.keep_an_owner(user, owners)
    user.disabled_at, user.invitation_hash = tx.now, None
    locking.end_sessions(tx, user.id)
    tx.record(USER_DISABLED, {"user_id": user.id})
    return user.id
