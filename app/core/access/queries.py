"""Reads of API clients and devices. What they return holds no key and no hash."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.engine import Connection

from app.core.access.models import ApiClient, Device
from app.core.access.staff.models import StaffMember, StaffSession, StoreRole
from app.core.catalogue.models import Location


class CallingClient(NamedTuple):
    id: UUID
    role: str
    sales_channel: str
    scopes: Sequence[str] | None


class CallingDevice(NamedTuple):
    id: UUID
    location_id: UUID
    name: str
    needs_staff: bool


class StaffedDevice(NamedTuple):
    id: UUID
    location_id: UUID
    name: str
    needs_staff: bool
    staff_id: UUID | None
    """None if no staff are signed in by that token."""
    role: str | None


class ApiClientRow(NamedTuple):
    id: UUID
    name: str
    role: str
    sales_channel: str
    scopes: Sequence[str] | None
    has_key: bool
    revoked_at: datetime | None


class DeviceRow(NamedTuple):
    id: UUID
    name: str
    store: str
    """The code of its location."""
    paired: bool
    needs_staff: bool
    revoked_at: datetime | None


def find_storefront_client(reader: Connection) -> CallingClient | None:
    """Return the client of the web shop's own pages, which call without a key."""
    row = reader.execute(_STOREFRONT_CLIENT).first()
    return CallingClient(*row) if row else None


def find_client(reader: Connection, key_hash: bytes) -> CallingClient | None:
    row = reader.execute(_CLIENT_BY_KEY, {"key": key_hash}).first()
    return CallingClient(*row) if row else None


def find_device(reader: Connection, token_hash: bytes) -> CallingDevice | None:
    row = reader.execute(_DEVICE_BY_TOKEN, {"device": token_hash}).first()
    return CallingDevice(*row) if row else None


def find_device_with_staff(
    reader: Connection, token_hash: bytes, staff_token_hash: bytes, now: datetime
) -> StaffedDevice | None:
    """Return the device, and the staff signed in at it by that token.

    Staff who were deactivated, who have no role in this store or who signed in at another device count as not
    signed in.
    """
    tokens = {"device": token_hash, "staff": staff_token_hash, "now": now}
    row = reader.execute(_DEVICE_WITH_STAFF, tokens).first()
    return StaffedDevice(*row) if row else None


def list_api_clients(reader: Connection) -> Sequence[ApiClientRow]:
    """Return all clients, revoked ones too, the oldest first."""
    return [ApiClientRow(*row) for row in reader.execute(_CLIENTS)]


def list_devices(reader: Connection) -> Sequence[DeviceRow]:
    """Return all devices, revoked ones too, by store."""
    return [DeviceRow(*row) for row in reader.execute(_DEVICES)]


_CLIENT = select(ApiClient.id, ApiClient.role, ApiClient.sales_channel, ApiClient.scopes).where(
    ApiClient.revoked_at.is_(None)
)
_STOREFRONT_CLIENT = _CLIENT.where(
    ApiClient.key_hash.is_(None), ApiClient.sales_channel == "web"
).limit(1)
_CLIENT_BY_KEY = _CLIENT.where(ApiClient.key_hash == bindparam("key"))
_DEVICE = select(Device.id, Device.location_id, Device.name, Device.needs_staff).where(
    Device.revoked_at.is_(None)
)
_DEVICE_BY_TOKEN = _DEVICE.where(Device.token_hash == bindparam("device"))
_DEVICE_WITH_STAFF = (
    _DEVICE_BY_TOKEN.add_columns(StoreRole.staff_id, StoreRole.role)
    .outerjoin(
        StaffSession,
        and_(
            StaffSession.token_hash == bindparam("staff"),
            StaffSession.device_id == Device.id,
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > bindparam("now"),
        ),
    )
    .outerjoin(
        StaffMember,
        and_(StaffMember.id == StaffSession.staff_id, StaffMember.deactivated_at.is_(None)),
    )
    .outerjoin(
        StoreRole,
        and_(StoreRole.staff_id == StaffMember.id, StoreRole.location_id == Device.location_id),
    )
)
_CLIENTS = select(
    ApiClient.id,
    ApiClient.name,
    ApiClient.role,
    ApiClient.sales_channel,
    ApiClient.scopes,
    ApiClient.key_hash.is_not(None),
    ApiClient.revoked_at,
).order_by(ApiClient.id)
_DEVICES = (
    select(
        Device.id,
        Device.name,
        Location.code,
        Device.token_hash.is_not(None),
        Device.needs_staff,
        Device.revoked_at,
    )
    .join(Location, Location.id == Device.location_id)
    .order_by(Location.code, Device.id)
)
