"""The letter with an invitation, to be sent by a job after the inviting was committed."""

from dataclasses import dataclass
from uuid import UUID

from app.core.access.users.invitations import invitation_of
from app.core.access.users.models import User
from app.core.ports import Letter
from app.core.transaction import Transaction

LOCALE = "en-GB"


@dataclass(frozen=True)
class ComposeInvitation:
    user_id: UUID
    event_id: UUID
    """Of the inviting: a letter that is sent twice is seen once."""
    base_url: str


def compose_invitation(tx: Transaction, command: ComposeInvitation) -> Letter | None:
    """None where it was used, is too old, or is for somebody who was disabled since. It is kept nowhere: the
    invitation is derived again for a repeat."""
    user = tx.session.get(User, command.user_id)
    if user is None or user.invitation_hash is None or user.disabled_at is not None:
        return None
    if user.invited_until is None or user.invited_until <= tx.now:
        return None
    return Letter(
        id=command.event_id,
        template="invitation",
        locale=LOCALE,
        to_name=user.name,
        to_address=user.email,
        facts={
            "invitation": invitation_of(tx.ports.secrets, user.id, user.invited_until),
            "roles": ", ".join(user.roles),
            "until": user.invited_until,
            "address": f"{command.base_url}/api/admin/v1/invitations/accept",
        },
        secret=("invitation",),
    )
