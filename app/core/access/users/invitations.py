"""The invitation of a user: derived from when it ends, and so stored nowhere but as its hash."""

from datetime import datetime
from uuid import UUID

from app.core import secret_labels
from app.core.ports import Secrets


def invitation_token(secrets: Secrets, user_id: UUID, until: datetime) -> str:
    return secrets.token(secret_labels.INVITATION, f"{user_id} {until.timestamp():.6f}")
