from dataclasses import dataclass

from sqlalchemy import text

from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.pricing import local_price_approval
from app.core.pricing.events import PRICE_LIST_CREATED
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreatePriceList:
    code: str
    """Never changes, because files and rows name it."""
    name: str
    currency: str
    """Of all its prices."""
    customer_group: str | None = None
    """None means all customers; None in the next two fields means all channels, all locations."""
    channel: str | None = None
    location: str | None = None
    """Code."""
    priority: int = 100
    """The list with the smallest number applies first."""
    reason: str = ""
    """Why prices differ by channel or location; required with an approver if one of the two is set."""
    approved_by: str = ""


def create_price_list(tx: Transaction, command: CreatePriceList) -> str:
    """Create an empty price list and return its code.

    Raises Invalid for an unknown channel or location, and for prices that differ without reason and approver;
    Conflict (price_list_taken).
    """
    channels = [command.channel] if command.channel is not None else []
    locations = [command.location] if command.location is not None else []
    local_price_approval.require_approval(
        tx, channels, locations, command.reason, command.approved_by
    )
    recorded = {
        "code": command.code, "currency": command.currency, "customer_group": command.customer_group,
        "channel": command.channel, "location": command.location, "priority": command.priority,
        "reason": command.reason, "approved_by": command.approved_by,
    }  # fmt: skip
    row = recorded | {
        "id": new_id(), "name": command.name, "now": tx.now,
        "event_id": tx.record(PRICE_LIST_CREATED, recorded),
    }  # fmt: skip
    if tx.session.execute(_INSERT, row).first() is None:
        raise Conflict(
            f"There is a price list {command.code} already: choose another code, or set prices in it.",
            code="price_list_taken",
        )
    return command.code


_INSERT = text("""
    INSERT INTO price_lists (id, code, name, currency, customer_group, channel, location_id, priority, reason,
        approved_by, created_at, event_id)
    VALUES (:id, :code, :name, :currency, :customer_group, :channel,
        (SELECT l.id FROM locations l WHERE l.code = :location), :priority, :reason, :approved_by, :now, :event_id)
    ON CONFLICT (code) DO NOTHING RETURNING id
""")
