from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.core.access.events import DEVICE_PAIRING_CODE_CREATED
from app.core.access.keys import validate_name
from app.core.access.pairing_code import code_hash, new_code
from app.core.access.stores import store_id
from app.core.transaction import Transaction

PAIRING_CODE_LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True)
class CreatePairingCode:
    store: str
    """The code of its location."""
    name: str
    needs_staff: bool = True


@dataclass(frozen=True)
class IssuedPairingCode:
    id: UUID
    code: str = field(repr=False)
    expires_at: datetime


def create_pairing_code(tx: Transaction, command: CreatePairingCode) -> IssuedPairingCode:
    """A place for a device in a store, and the code by which it is taken. Raises NotFound, Invalid.

    Until then nothing opens it; a code that nobody used in time leaves a device that never was.
    """
    name, location_id = validate_name(command.name), store_id(tx.session, command.store)
    code, until = new_code(), tx.now + PAIRING_CODE_LIFETIME
    device_id = tx.insert(
        "devices",
        name=name, location_id=location_id, needs_staff=command.needs_staff,
        pairing_hash=code_hash(code), pairing_until=until,
    )  # fmt: skip
    tx.record(
        DEVICE_PAIRING_CODE_CREATED,
        {"device_id": device_id, "needs_staff": command.needs_staff},
        location_id=location_id,
    )
    return IssuedPairingCode(device_id, code, until)
