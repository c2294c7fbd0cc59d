"""The roles of a merchant's users."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.access.events import USER_ROLES_SET
from app.core.access.permissions import ROLES
from app.core.access.users.models import User
from app.core.errors import Conflict, Invalid
from app.core.transaction import Transaction

Owners = list[UUID]


def lock_owners(tx: Transaction) -> Owners:
    """Return the ids of the owners who can sign in, locked.

    Lock them before anything else, so that of two owners who remove each other one is refused.
    """
    query = (
        select(User.id)
        .where(
            User.roles.contains(["owner"]),
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
        )
        .order_by(User.id)
        .with_for_update(key_share=True)
    )
    return list(tx.session.scalars(query))


def validate(names: Sequence[str]) -> list[str]:
    """Return each role once, in the order of the table. Raises Invalid."""
    unknown = sorted(set(names) - set(ROLES))
    if unknown or not names:
        raise Invalid(f"Roles are one or more of: {', '.join(ROLES)}.", roles=unknown)
    return [role for role in ROLES if role in names]


def give(tx: Transaction, user: User, after: list[str], owners: Owners) -> None:
    """Set the roles of a user who is locked or new; the same roles again change nothing.

    Raises Conflict (last_owner).
    """
    before = list(user.roles)
    if before == after:
        return
    if "owner" not in after:
        refuse_last_owner(user, owners)
    user.roles = list(after)
    user.event_id = tx.record(
        USER_ROLES_SET, {"user_id": user.id, "before": before, "after": after}
    )


def refuse_last_owner(user: User, owners: Owners) -> None:
    """Raises Conflict if the user is the last owner who can sign in."""
    if owners == [user.id]:
        raise Conflict(
            "This is the last owner: make another user an owner first.", code="last_owner"
        )
