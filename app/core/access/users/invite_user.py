from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core.access.events import USER_INVITED
from app.core.access.keys import holder_name, key_hash
from app.core.access.users import roles
from app.core.access.users.invitations import invitation_of
from app.core.access.users.models import User
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.transaction import Transaction

LIVES = timedelta(days=3)


@dataclass(frozen=True)
class InviteUser:
    email: str
    name: str
    roles: Sequence[str]


@dataclass(frozen=True)
class Invited:
    id: UUID
    email: str
    expires_at: datetime
    invitation: str = field(repr=False)
    """What she accepts it with; told this once to who invites, and mailed to who is invited."""


def invite_user(tx: Transaction, command: InviteUser) -> Invited:
    """Invite somebody to work for the merchant, or again who lost password or phone: what she had works until she
    accepts. Raises Invalid (roles), Conflict (disabled, last_owner)."""
    email, name = command.email.lower(), holder_name(command.name)
    given, owners = roles.checked(command.roles), roles.owners(tx)
    until = tx.now + LIVES
    user = tx.session.scalar(select(User).where(User.email == email).with_for_update())
    if user is None:
        user = User(id=new_id(), email=email, roles=[], created_at=tx.now)
        tx.session.add(user)
    elif user.disabled_at is not None:
        raise Conflict(f"{email} was disabled for good: invite another address.", "user_disabled")
    invitation = invitation_of(tx.ports.secrets, user.id, until)
    user.name, user.invitation_hash, user.invited_until = name, key_hash(invitation), until
    event_id = tx.record(USER_INVITED, {"user_id": user.id})
    told = {"user_id": str(user.id), "event_id": str(event_id)}
    tx.ports.jobs.enqueue(tx.session, "send_invitation", **told)
    roles.give(tx, user, given, owners)
    return Invited(user.id, email, until, invitation)
