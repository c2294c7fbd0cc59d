"""Prices that differ by channel or location: only where there is one, and for a reason that somebody approved."""

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
    """`locations` are codes. Raises Invalid."""
    if not (channels or locations):
        return
    _refuse_unknown(tx, channels, locations)
    needed = {"reason": reason, "approved_by": approved_by}
    missing = [name for name, value in needed.items() if not value.strip()]
    if missing:
        raise Invalid(
            "Shoppers may meet other prices in one channel or store only for a reason that somebody approved: "
            "send reason and approved_by.",
            **{name: ["Say why, and who approved it."] for name in missing},
        )


def _refuse_unknown(tx: Transaction, channels: Collection[str], locations: Collection[str]) -> None:
    """A slip of the pen would let it hold nowhere, in silence."""
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
