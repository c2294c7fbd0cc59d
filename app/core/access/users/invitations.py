"""Invitations of users: invite a person, accept an invitation."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core import secret_labels
from app.core.access.events import USER_INVITATION_ACCEPTED, USER_INVITED
from app.core.access.keys import key_hash, validate_name
from app.core.access.users import roles, sessions
from app.core.access.users.models import User
from app.core.errors import Conflict, Unauthorised
from app.core.ids import new_id
from app.core.ports import Secrets
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
    """The token that accepts it: shown once to the user who invites, and mailed to the person who is invited."""


def invite_user(tx: Transaction, command: InviteUser) -> IssuedInvitation:
    """Invite a person to work for the merchant, or again a user who lost password or second factor: what they have
    works until they accept. Raises Invalid (roles), Conflict (user_disabled, last_owner)."""
    email, name = command.email.lower(), validate_name(command.name)
    names, owners = roles.validate(command.roles), roles.lock_owners(tx)
    expires_at = tx.now + INVITATION_LIFETIME
    user = tx.session.scalar(select(User).where(User.email == email).with_for_update())
    if user is None:
        user = User(id=new_id(), email=email, roles=[], created_at=tx.now)
        tx.session.add(user)
    elif user.disabled_at is not None:
        raise Conflict(f"{email} is disabled for good: invite another address.", "user_disabled")
    token = invitation_token(tx.ports.secrets, user.id, expires_at)
    user.name = name
    user.invitation_hash, user.invitation_expires_at = key_hash(token), expires_at
    event_id = tx.record(USER_INVITED, {"user_id": user.id})
    job = {"user_id": str(user.id), "event_id": str(event_id)}
    tx.ports.jobs.enqueue(tx.session, "send_invitation", **job)
    roles.give(tx, user, names, owners)
    return IssuedInvitation(user.id, email, expires_at, token)


@dataclass(frozen=True)
class AcceptInvitation:
    invitation: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class AcceptedInvitation:
    email: str
    secret: str = field(repr=False)
    """The secret of the authenticator, which makes the codes of sign-in."""
    otpauth_uri: str = field(repr=False)
    """The secret as otpauth://, for a QR code."""


def accept_invitation(tx: Transaction, command: AcceptInvitation) -> AcceptedInvitation:
    """Set password and second factor, and end all sign-ins. Raises Unauthorised.

    The first sign-in uses the invitation up, not this. So a user who lost this response accepts again and gets
    another secret.
    """
    user = tx.session.scalar(
        select(User)
        .where(
            User.invitation_hash == key_hash(command.invitation),
            User.invitation_expires_at > tx.now,
        )
        .with_for_update(key_share=True)
    )
    if user is None:
        raise Unauthorised("This invitation is wrong, was used or has expired: ask for a new one.")
    totp = tx.ports.totp
    secret = totp.new_secret()
    user.password_hash = tx.ports.passwords.hash(command.password)
    user.totp_secret, user.totp_step = tx.ports.secrets.encrypt(secret.encode()), None
    sessions.end_all(tx, user.id)
    tx.actor = replace(tx.actor, id=user.id)
    tx.record(USER_INVITATION_ACCEPTED, {"user_id": user.id})
    return AcceptedInvitation(user.email, secret, totp.provisioning_uri(secret, user.email))


def invitation_token(secrets: Secrets, user_id: UUID, expires_at: datetime) -> str:
    """Return the token of an invitation. It is derived, so only its hash is stored."""
    return secrets.token(secret_labels.INVITATION, f"{user_id} {expires_at.timestamp():.6f}")
