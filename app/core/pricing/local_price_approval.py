"""Prices that differ by channel or location: only for an existing one, and only with a reason and an approver."""

from collections.abc import Collection

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.core.access.models import SALES_CHANNELS
from app.core.catalogue.models import Location
from app.core.errors import Invalid
from app.core.transaction import Transaction


def require_approval(
    tx: Transaction,
    channels: Collection[str],
    locations: Collection[str],
    reason: str,
    approved_by: str,
) -> None:
    """Raise Invalid if prices differ by channel or location without a reason and an approver. `locations` are
    codes."""
    if not (channels or locations):
        return
    _refuse_unknown(tx, channels, locations)
    required = {"reason": reason, "approved_by": approved_by}
    missing = [name for name, value in required.items() if not value.strip()]
    if missing:
        raise Invalid(
            "Prices differ by channel or store only for an approved reason: send reason and approved_by.",
            **{name: ["Say why, and who approved it."] for name in missing},
        )


def _refuse_unknown(tx: Transaction, channels: Collection[str], locations: Collection[str]) -> None:
    """Raise Invalid for an unknown code. Without this check a typing error would make the price apply nowhere."""
    known = ", ".join(SALES_CHANNELS)
    for channel in channels:
        if channel not in SALES_CHANNELS:
            raise Invalid(f"There is no channel {channel}: choose one of {known}.", channel=[known])
    wanted = literal(sorted(locations), ARRAY(Text))
    found = tx.session.scalars(select(Location.code).where(Location.code == any_(wanted)))
    if unknown := sorted({*locations} - {*found}):
        raise Invalid(
            f"There is no location {', '.join(unknown)}: import it first, or correct the code.",
            location=["Send the code of a location."],
        )
