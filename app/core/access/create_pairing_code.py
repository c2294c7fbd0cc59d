from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.core.access.events import DEVICE_OFFERED
from app.core.access.keys import holder_name
from app.core.access.pairing_code import code_hash, new_code
from app.core.access.stores import store_id
from app.core.transaction import Transaction

LIVES = timedelta(minutes=15)


@dataclass(frozen=True)
class OfferDevice:
    store: str
    """The code of its location."""
    name: str
    needs_staff: bool = True


@dataclass(frozen=True)
class Offered:
    id: UUID
    code: str = field(repr=False)
    expires_at: datetime


def offer_device(tx: Transaction, command: OfferDevice) -> Offered:
    """A place for a device in a store, and the code by which it is taken. Raises NotFound, Invalid.

    Until then nothing opens it; a code that nobody used in time leaves a device that never was.
    """
    name, location_id = holder_name(command.name), store_id(tx.session, command.store)
    code, until = new_code(), tx.now + LIVES
    device_id = tx.insert(
        "devices",
        name=name, location_id=location_id, needs_staff=command.needs_staff,
        pairing_hash=code_hash(code), pairing_until=until,
    )  # fmt: skip
    tx.record(
        DEVICE_OFFERED,
        {"device_id": device_id, "needs_staff": command.needs_staff},
        location_id=location_id,
    )
    return Offered(device_id, code, until)
