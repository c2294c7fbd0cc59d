from dataclasses import dataclass, field

from sqlalchemy import update

from app.core.access.events import STAFF_SIGNED_OUT
from app.core.access.keys import key_hash
from app.core.access.staff.models import StaffSession
from app.core.transaction import Transaction


@dataclass(frozen=True)
class SignOutStaff:
    token: str = field(repr=False)


def sign_out_staff(tx: Transaction, command: SignOutStaff) -> None:
    """End the sign-in of that token at the device that asks. Again, or with none, changes nothing."""
    ended = tx.session.execute(
        update(StaffSession)
        .where(
            StaffSession.token_hash == key_hash(command.token),
            StaffSession.device_id == tx.actor.device_id,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=tx.now)
        .returning(StaffSession.staff_id)
    ).scalar()
    if ended is not None:
        tx.record(STAFF_SIGNED_OUT, {"staff_id": ended})
