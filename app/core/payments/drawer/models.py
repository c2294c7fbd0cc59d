"""A cashier's session with a cash drawer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from app.core.model import RETRY, Base, Id, Minor, reference


class Shift(Base):
    """A shift. Expected cash = opening float + cash put in − cash taken out + cash sales − cash refunds."""

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("opening_float >= 0 AND counted >= 0", "amounts"),
        CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (counted IS NULL) = (expected IS NULL)",
            "closed",
        ),
        # Two cashiers at one till took the first cash of the day at once.
        Index(
            "shifts_open_idx", "device_id", unique=True, info=RETRY,
            postgresql_where="closed_at IS NULL",
        ),
        Index("shifts_location_idx", "location_id", "opened_at"),
    )  # fmt: skip

    id: Mapped[Id]
    location_id: Mapped[UUID] = reference("locations.id")
    device_id: Mapped[UUID] = reference("devices.id")
    opened_by: Mapped[UUID | None]
    """The cashier; None if the first cash of the day opened the shift."""
    currency: Mapped[str]
    opening_float: Mapped[Minor]
    """The cash in the drawer at the beginning."""
    opened_at: Mapped[datetime]
    closed_by: Mapped[UUID | None]
    counted: Mapped[Minor | None]
    expected: Mapped[Minor | None]
    closed_at: Mapped[datetime | None]


class DrawerEntry(Base):
    """Cash put into a drawer without a sale, such as change, or (negative) taken out, such as a banking."""

    __tablename__ = "drawer_entries"
    __table_args__ = (
        CheckConstraint("amount <> 0", "amount"),
        Index("drawer_entries_shift_idx", "shift_id"),
    )

    id: Mapped[Id]
    shift_id: Mapped[UUID] = reference("shifts.id")
    amount: Mapped[Minor]
    reason: Mapped[str]
    event_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
