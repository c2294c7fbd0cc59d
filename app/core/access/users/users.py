"""Users: set their roles and disable them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.access.events import USER_DISABLED
from app.core.access.users import roles, sessions
from app.core.access.users.models import User
from app.core.access.users.queries import not_found
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SetRoles:
    user_id: UUID
    roles: Sequence[str]


def set_roles(tx: Transaction, command: SetRoles) -> UUID:
    """Set the roles of a user, from the next request on; return the user's id.

    Raises NotFound, Invalid, Conflict (last_owner).
    """
    names, owners = roles.validate(command.roles), roles.lock_owners(tx)
    user = _lock(tx, command.user_id)
    roles.give(tx, user, names, owners)
    return user.id


@dataclass(frozen=True)
class DisableUser:
    user_id: UUID


def disable_user(tx: Transaction, command: DisableUser) -> UUID:
    """Disable a user, from the next request on; return the user's id. Repeating it changes nothing.

    Raises NotFound, Conflict (last_owner).
    """
    owners = roles.lock_owners(tx)
    user = _lock(tx, command.user_id)
    if user.disabled_at is not None:
        return user.id
    roles.refuse_last_owner(user, owners)
    user.disabled_at, user.invitation_hash = tx.now, None
    sessions.end_all(tx, user.id)
    tx.record(USER_DISABLED, {"user_id": user.id})
    return user.id


def _lock(tx: Transaction, user_id: UUID) -> User:
    """Return the user, locked. Raises NotFound."""
    user = tx.session.get(User, user_id, with_for_update={"key_share": True})
    if user is None:
        raise not_found(user_id)
    return user
