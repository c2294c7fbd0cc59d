"""Reads of staff. What they return holds no PIN, no hash and no token."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.core.access.staff.models import StaffMember, StoreRole
from app.core.catalogue.models import Location
from app.core.errors import NotFound


class StaffRow(NamedTuple):
    id: UUID
    number: str
    name: str
    deactivated_at: datetime | None
    stores: Mapping[str, str]
    """The role in each store, by the code of its location."""


def list_staff(reader: Connection) -> Sequence[StaffRow]:
    """Return all staff, deactivated ones too, by number."""
    return [_row(*row) for row in reader.execute(_STAFF)]


def get_staff(reader: Connection | Session, number: str) -> StaffRow:
    """Return one member of staff. Raises NotFound."""
    row = reader.execute(_STAFF.where(StaffMember.number == number)).first()
    if row is None:
        raise NotFound(f"No staff have the number {number}: look for it in the list.")
    return _row(*row)


def _row(
    id: UUID, number: str, name: str, deactivated_at: datetime | None, stores: dict[str, str] | None
) -> StaffRow:
    return StaffRow(id, number, name, deactivated_at, stores or {})


_STORES = (
    select(func.json_object_agg(Location.code, aggregate_order_by(StoreRole.role, Location.code)))
    .select_from(StoreRole)
    .join(Location, Location.id == StoreRole.location_id)
    .where(StoreRole.staff_id == StaffMember.id)
    .correlate(StaffMember)
    .scalar_subquery()
)
_STAFF = select(
    StaffMember.id, StaffMember.number, StaffMember.name, StaffMember.deactivated_at, _STORES
).order_by(func.length(StaffMember.number), StaffMember.number)
