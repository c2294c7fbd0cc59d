from dataclasses import dataclass, field, replace

from sqlalchemy import select

from app.core.access.events import USER_INVITATION_ACCEPTED
from app.core.access.keys import key_hash
from app.core.access.users import locking
from app.core.access.users.models import User
from app.core.errors import Unauthorised
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AcceptInvitation:
    invitation: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class AcceptedInvitation:
    email: str
    secret: str = field(repr=False)
    """For the phone's authenticator, which makes the codes of sign-in."""
    otpauth_uri: str = field(repr=False)
    """The same as otpauth://, to be shown as a QR code."""


def accept_invitation(tx: Transaction, command: AcceptInvitation) -> AcceptedInvitation:
    """Set password and second factor. Raises Unauthorised.

    The invitation is used up by the first sign-in, not here: whoever lost this answer accepts again, and has a new
    secret. Sign-ins by what was before end.
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
        raise Unauthorised(
            "This invitation is not right, was used, or is too old: ask for a new one."
        )
    codes = tx.ports.totp
    secret = codes.new_secret()
    user.password_hash = tx.ports.passwords.hash(command.password)
    user.totp_secret, user.totp_step = tx.ports.secrets.encrypt(secret.encode()), None
    locking.end_sessions(tx, user.id)
    tx.actor = replace(tx.actor, id=user.id)
    tx.record(USER_INVITATION_ACCEPTED, {"user_id": user.id})
    return AcceptedInvitation(user.email, secret, codes.address(secret, user.email))
