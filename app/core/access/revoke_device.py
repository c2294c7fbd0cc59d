from dataclasses import dataclass
from uuid import UUID

from app.core.access.events import DEVICE_REVOKED
from app.core.access.models import Device
from app.core.errors import NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RevokeDevice:
    device_id: UUID


def revoke_device(tx: Transaction, command: RevokeDevice) -> Device:
    """Close the door to a device, from its next request on. Raises NotFound.

    What it did keeps its name. Again changes nothing.
    """
    device = tx.session.get(Device, command.device_id, with_for_update={"key_share": True})
    if device is None:
        raise NotFound(f"There is no device {command.device_id}: look for its id in the list.")
    if device.revoked_at is None:
        device.revoked_at = tx.now
        tx.record(DEVICE_REVOKED, {"device_id": device.id}, location_id=device.location_id)
    return device
