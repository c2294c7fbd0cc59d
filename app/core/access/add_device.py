from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.core.access.keys import Issued, holder_name, key_hash, new_key
from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AddDevice:
    store: str
    """The code of its location."""
    name: str
    """As people of the store call it; it stands in histories."""


def add_device(tx: Transaction, command: AddDevice) -> Issued:
    """Give a store a device with a token of its own. Raises NotFound, Invalid."""
    name, location_id = holder_name(command.name), _location(tx, command.store)
    token = new_key()
    device_id = tx.insert("devices", name=name, location_id=location_id, token_hash=key_hash(token))
    tx.record("device.added", {"device_id": device_id}, location_id=location_id)
    return Issued(device_id, token)


def _location(tx: Transaction, code: str) -> UUID:
    found: UUID | None = tx.session.scalar(_LOCATION, {"code": code})
    if found is None:
        known = ", ".join(tx.session.scalars(_CODES))
        cure = (
            f"There are: {known}." if known else "There are none yet: import the locations first."
        )
        raise NotFound(f"There is no store {code}. {cure}")
    return found


_LOCATION = text("SELECT id FROM locations WHERE code = :code")
_CODES = text("SELECT code FROM locations ORDER BY kind, code LIMIT 50")
