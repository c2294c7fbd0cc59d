from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text

from app.core.access.models import SALES_CHANNELS
from app.core.catalogue.models import Location
from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreatePriceList:
    code: str
    """Never changes: files and rows name it."""
    name: str
    currency: str
    """Of all its prices."""
    customer_group: str | None = None
    """None: everybody, as with the next two."""
    channel: str | None = None
    location: str | None = None
    """A code."""
    priority: int = 100
    """The smaller, the earlier it counts."""
    reason: str = ""
    """Why prices differ by channel or location, and who said they may: both, or neither channel nor location."""
    approved_by: str = ""


def create_price_list(tx: Transaction, command: CreatePriceList) -> str:
    """Create an empty price list and return its code.

    Raises Invalid for a channel or location that is not there, and for a difference without reason and approver;
    Conflict (price_list_taken).
    """
    location_id = _location(tx, command.location)
    _check(command)
    recorded = {
        "code": command.code, "currency": command.currency, "customer_group": command.customer_group,
        "channel": command.channel, "location": command.location, "priority": command.priority,
        "reason": command.reason, "approved_by": command.approved_by,
    }  # fmt: skip
    row = recorded | {
        "id": new_id(), "name": command.name, "location_id": location_id, "now": tx.now,
        "event_id": tx.record("price_list.created", recorded),
    }  # fmt: skip
    if tx.session.execute(_INSERT, row).first() is None:
        raise Conflict(
            f"There is a price list {command.code} already: choose another code, or set prices in it.",
            code="price_list_taken",
        )
    return command.code


def _check(command: CreatePriceList) -> None:
    if command.channel is not None and command.channel not in SALES_CHANNELS:
        known = ", ".join(SALES_CHANNELS)
        raise Invalid(
            f"There is no channel {command.channel}: choose one of {known}.", channel=[known]
        )
    if command.channel is None and command.location is None:
        return
    needed = {"reason": command.reason, "approved_by": command.approved_by}
    missing = [name for name, value in needed.items() if not value.strip()]
    if missing:
        raise Invalid(
            "Shoppers may meet other prices in one channel or store only for a reason that somebody approved: "
            "send reason and approved_by.",
            **{name: ["Say why, and who approved it."] for name in missing},
        )


def _location(tx: Transaction, code: str | None) -> UUID | None:
    if code is None:
        return None
    found = tx.session.scalar(select(Location.id).where(Location.code == code))
    if found is None:
        raise Invalid(
            f"There is no location {code}: import it first, or correct the code.",
            location=["Send the code of a location."],
        )
    return found


_INSERT = text("""
    INSERT INTO price_lists (id, code, name, currency, customer_group, channel, location_id, priority, reason,
        approved_by, created_at, event_id)
    VALUES (:id, :code, :name, :currency, :customer_group, :channel, :location_id, :priority, :reason,
        :approved_by, :now, :event_id)
    ON CONFLICT (code) DO NOTHING RETURNING id
""")
