from dataclasses import dataclass

from app.core.access.events import DEVICE_ADDED
from app.core.access.keys import IssuedKey, key_hash, new_key, validate_name
from app.core.access.stores import store_id
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AddDevice:
    store: str
    """The code of its location."""
    name: str
    """As people of the store call it; it stands in histories."""
    needs_staff: bool = False
    """Whether somebody has to sign in at it before it does anything."""


def add_device(tx: Transaction, command: AddDevice) -> IssuedKey:
    """Give a store a device with a token of its own, for scripts and demos. Raises NotFound, Invalid.

    A till is better paired, so that its token is known to the till alone: `offer_device`, `pair_device`.
    """
    name, location_id = validate_name(command.name), store_id(tx.session, command.store)
    token = new_key()
    device_id = tx.insert(
        "devices",
        name=name, location_id=location_id, token_hash=key_hash(token), needs_staff=command.needs_staff,
    )  # fmt: skip
    tx.record(
        DEVICE_ADDED,
        {"device_id": device_id, "needs_staff": command.needs_staff},
        location_id=location_id,
    )
    return IssuedKey(device_id, token)
