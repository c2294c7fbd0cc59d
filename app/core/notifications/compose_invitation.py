"""Composes the invitation to work for the merchant. A job sends it after the invitation was committed."""

from dataclasses import dataclass
from uuid import UUID

from app.core.access.users.invitations import invitation_token
from app.core.access.users.models import User
from app.core.ports import OutgoingMessage
from app.core.transaction import Transaction

LOCALE = "en-GB"


@dataclass(frozen=True)
class ComposeInvitation:
    user_id: UUID
    event_id: UUID
    """The event of the invitation. It is the message's id, so a repeat shows once."""


def compose_invitation(tx: Transaction, command: ComposeInvitation) -> OutgoingMessage | None:
    """Return the message, or None if the invitation was used, has expired, or its user is disabled.

    The message is not stored: a repeat derives the same invitation again.
    """
    user = tx.session.get(User, command.user_id)
    if user is None or user.invitation_hash is None or user.disabled_at is not None:
        return None
    if user.invitation_expires_at is None or user.invitation_expires_at <= tx.now:
        return None
    return OutgoingMessage(
        id=command.event_id,
        template="invitation",
        locale=LOCALE,
        to_name=user.name,
        to_address=user.email,
        facts={
            "invitation": invitation_token(tx.ports.secrets, user.id, user.invitation_expires_at),
            "roles": ", ".join(user.roles),
            "until": user.invitation_expires_at,
            "address": f"{tx.ports.site}/api/admin/v1/invitations/accept",
        },
        masked=("invitation",),
    )
