from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core.access.events import USER_INVITED
from app.core.access.keys import key_hash, validate_name
from app.core.access.users import roles
from app.core.access.users.invitations import invitation_token
from app.core.access.users.models import User
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.transaction import Transaction

INVITATION_LIFETIME = timedelta(days=3)


@dataclass(frozen=True)
class InviteUser:
    email: str
    name: str
    roles: Sequence[str]


@dataclass(frozen=True)
class IssuedInvitation:
    id: UUID
    email: str
    expires_at: datetime
    invitation: str = field(repr=False)
    """What she accepts it with; told this once to who invites, and mailed to who is invited."""


def invite_user(tx: Transaction, command: InviteUser) -> IssuedInvitation:
    """Invite somebody to work for the merchant, or again who lost password or phone: what she had works until she
    accepts. Raises Invalid (roles), Conflict (disabled, last_owner)."""
    email, name = command.email.lower(), validate_name(command.name)
    given, owners = roles.checked(command.roles), roles.owners(tx)
    until = tx.now + INVITATION_LIFETIME
    user = tx.session.scalar(select(User).where(User.email == email).with_for_update())
    if user is None:
        user = User(id=new_id(), email=email, roles=[], created_at=tx.now)
        tx.session.add(user)
    elif user.disabled_at is not None:
        raise Conflict(f"{email} was disabled for good: invite another address.", "user_disabled")
    invitation = invitation_token(tx.ports.secrets, user.id, until)
    user.name, user.invitation_hash, user.invitation_expires_at = name, key_hash(invitation), until
    event_id = tx.record(USER_INVITED, {"user_id": user.id})
    told = {"user_id": str(user.id), "event_id": str(event_id)}
    tx.ports.jobs.enqueue(tx.session, "send_invitation", **told)
    roles.give(tx, user, given, owners)
    return IssuedInvitation(user.id, email, until, invitation)
