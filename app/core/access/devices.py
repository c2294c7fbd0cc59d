"""Devices of the stores: add, pair and revoke them.

A device has a token. The operator adds a device with a token for scripts and demos. A till is better paired: the
merchant creates a pairing code, and the till swaps it for a token that only the till ever sees.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from app.core.access.events import (
    DEVICE_ADDED,
    DEVICE_PAIRED,
    DEVICE_PAIRING_CODE_CREATED,
    DEVICE_REVOKED,
)
from app.core.access.keys import IssuedKey, key_hash, new_key, validate_name
from app.core.access.models import Device
from app.core.access.pairing_code import code_hash, new_code
from app.core.access.stores import store_id
from app.core.catalogue.models import Location
from app.core.errors import NotFound, Unauthorised
from app.core.transaction import Transaction

PAIRING_CODE_LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True)
class AddDevice:
    store: str
    """The code of its location."""
    name: str
    """The name that the store uses; it stands in histories."""
    needs_staff: bool = False
    """Whether staff must sign in before the device does anything."""


def add_device(tx: Transaction, command: AddDevice) -> IssuedKey:
    """Add a device with a token of its own, for scripts and demos. Raises NotFound, Invalid."""
    name, location_id = validate_name(command.name), store_id(tx.session, command.store)
    token = new_key()
    device_id = tx.insert(
        Device,
        name=name, location_id=location_id, token_hash=key_hash(token), needs_staff=command.needs_staff,
    )  # fmt: skip
    tx.record(
        DEVICE_ADDED,
        {"device_id": device_id, "needs_staff": command.needs_staff},
        location_id=location_id,
    )
    return IssuedKey(device_id, token)


@dataclass(frozen=True)
class CreatePairingCode:
    store: str
    """The code of its location."""
    name: str
    needs_staff: bool = True


@dataclass(frozen=True)
class IssuedPairingCode:
    id: UUID
    """The id of the device."""
    code: str = field(repr=False)
    expires_at: datetime


def create_pairing_code(tx: Transaction, command: CreatePairingCode) -> IssuedPairingCode:
    """Add a device without a token, and the code that pairs it. Raises NotFound, Invalid.

    A code that is not used in time leaves a device that never works.
    """
    name, location_id = validate_name(command.name), store_id(tx.session, command.store)
    code, expires_at = new_code(), tx.now + PAIRING_CODE_LIFETIME
    device_id = tx.insert(
        Device,
        name=name, location_id=location_id, needs_staff=command.needs_staff,
        pairing_code_hash=code_hash(code), pairing_expires_at=expires_at,
    )  # fmt: skip
    tx.record(
        DEVICE_PAIRING_CODE_CREATED,
        {"device_id": device_id, "needs_staff": command.needs_staff},
        location_id=location_id,
    )
    return IssuedPairingCode(device_id, code, expires_at)


@dataclass(frozen=True)
class PairDevice:
    code: str = field(repr=False)


@dataclass(frozen=True)
class PairedDevice:
    id: UUID
    name: str
    store: str
    """The code of its location."""
    needs_staff: bool
    token: str = field(repr=False)


def pair_device(tx: Transaction, command: PairDevice) -> PairedDevice:
    """Swap a pairing code for the device's token. Raises Unauthorised.

    One conditional UPDATE: of two callers who send the same code, one gets a token.
    """
    token = new_key()
    paired = tx.session.execute(
        update(Device)
        .where(
            Location.id == Device.location_id,
            Device.pairing_code_hash == code_hash(command.code),
            Device.pairing_expires_at > tx.now,
            Device.revoked_at.is_(None),
        )
        .values(token_hash=key_hash(token), pairing_code_hash=None, pairing_expires_at=None)
        .returning(Device.id, Device.name, Device.location_id, Device.needs_staff, Location.code)
        .execution_options(synchronize_session=False)
    ).first()
    if paired is None:
        raise Unauthorised(
            "This pairing code is wrong, was used or has expired: ask for a new one."
        )
    tx.actor = replace(tx.actor, device_id=paired.id)
    tx.record(DEVICE_PAIRED, {"device_id": paired.id}, location_id=paired.location_id)
    return PairedDevice(paired.id, paired.name, paired.code, paired.needs_staff, token)


@dataclass(frozen=True)
class RevokeDevice:
    device_id: UUID


def revoke_device(tx: Transaction, command: RevokeDevice) -> Device:
    """Revoke a device, from its next request on; repeating it changes nothing. Raises NotFound.

    The device's row stays, because histories name it.
    """
    device = tx.session.get(Device, command.device_id, with_for_update={"key_share": True})
    if device is None:
        raise NotFound(f"There is no device {command.device_id}: look for its id in the list.")
    if device.revoked_at is None:
        device.revoked_at = tx.now
        tx.record(DEVICE_REVOKED, {"device_id": device.id}, location_id=device.location_id)
    return device
