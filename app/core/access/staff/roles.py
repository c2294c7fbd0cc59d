"""What somebody is in a store."""

from uuid import UUID

from sqlalchemy import text

from app.core.access.events import STAFF_ROLE_SET
from app.core.access.permissions import STORE_ROLES
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.transaction import Transaction


def change(tx: Transaction, staff_id: UUID, location_id: UUID, role: str | None) -> None:
    """Give somebody a role in a store, or none any more; the same again changes nothing. Raises Invalid.

    The caller holds the member's lock or has just made her, so that what was before is what the event says.
    """
    if role is not None and role not in STORE_ROLES:
        raise Invalid(f"A role is one of: {', '.join(STORE_ROLES)}.", role=role)
    place = {"staff_id": staff_id, "location_id": location_id}
    before: str | None = tx.session.scalar(_BEFORE, place)
    if before == role:
        return
    event_id = tx.record(
        STAFF_ROLE_SET,
        {"staff_id": staff_id, "before": before, "after": role},
        location_id=location_id,
    )
    if role is None:
        tx.session.execute(_END, place)
    else:
        tx.session.execute(_GIVE, place | {"id": new_id(), "role": role, "event_id": event_id})


_BEFORE = text(
    "SELECT role FROM staff_roles WHERE staff_id = :staff_id AND location_id = :location_id"
)
_END = text("DELETE FROM staff_roles WHERE staff_id = :staff_id AND location_id = :location_id")
_GIVE = text("""
    INSERT INTO staff_roles (id, staff_id, location_id, role, event_id)
    VALUES (:id, :staff_id, :location_id, :role, :event_id)
    ON CONFLICT (staff_id, location_id) DO UPDATE SET role = excluded.role, event_id = excluded.event_id
""")
