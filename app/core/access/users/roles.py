"""What a merchant's user may, as roles."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.access.events import USER_ROLES_SET
from app.core.access.permissions import ROLES
from app.core.access.users.models import User
from app.core.errors import Conflict, Invalid
from app.core.transaction import Transaction

Owners = list[UUID]


def owners(tx: Transaction) -> Owners:
    """Those who can sign in. They are locked, before anything else is, so that of two who put away one another one
    is refused."""
    return list(tx.session.scalars(_OWNERS))


def checked(names: Sequence[str]) -> list[str]:
    """Each once, in the order of the table. Raises Invalid."""
    unknown = sorted(set(names) - set(ROLES))
    if unknown or not names:
        raise Invalid(f"Roles are one or more of: {', '.join(ROLES)}.", roles=unknown)
    return [role for role in ROLES if role in names]


def give(tx: Transaction, user: User, after: list[str], owners: Owners) -> None:
    """Set the roles of a user who is locked or new; the same again changes nothing.

    Raises Conflict (last_owner).
    """
    before = list(user.roles)
    if before == after:
        return
    if "owner" not in after:
        keep_an_owner(user, owners)
    user.roles = list(after)
    user.event_id = tx.record(
        USER_ROLES_SET, {"user_id": user.id, "before": before, "after": after}
    )


def keep_an_owner(user: User, owners: Owners) -> None:
    """Raises Conflict where the user is the last owner who can sign in."""
    if owners == [user.id]:
        raise Conflict(
            "This is the last owner: make somebody else an owner first.", code="last_owner"
        )


_OWNERS = text("""
    SELECT id FROM users WHERE roles @> '["owner"]' AND disabled_at IS NULL AND password_hash IS NOT NULL
    ORDER BY id FOR NO KEY UPDATE
""")
