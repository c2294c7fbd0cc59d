"""Reads of clients and devices. What they return holds no key and no hash."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from app.core.access.models import ApiClient, Device
from app.core.model import AnyRow


def find_storefront_client(reader: Connection) -> AnyRow | None:
    """The web shop itself, which calls without a key: id, role, sales_channel, scopes."""
    return reader.execute(
        _CLIENT.where(ApiClient.key_hash.is_(None), ApiClient.sales_channel == "web").limit(1)
    ).first()


def find_client(reader: Connection, key_hash: bytes) -> AnyRow | None:
    return reader.execute(_CLIENT.where(ApiClient.key_hash == key_hash)).first()


def find_device(reader: Connection, token_hash: bytes) -> AnyRow | None:
    """id, location_id, name, needs_staff."""
    return reader.execute(
        select(Device.id, Device.location_id, Device.name, Device.needs_staff).where(
            Device.token_hash == token_hash, Device.revoked_at.is_(None)
        )
    ).first()


def find_device_with_staff(
    reader: Connection, token_hash: bytes, staff_token_hash: bytes, now: datetime
) -> AnyRow | None:
    """The device, and who is signed in at it by that token: staff_id and role, NULL for nobody.

    Somebody who left, who has no role in this store, or who signed in at another device is nobody.
    """
    tokens = {"device": token_hash, "staff": staff_token_hash, "now": now}
    return reader.execute(_STAFFED, tokens).first()


def list_api_clients(reader: Connection) -> Sequence[AnyRow]:
    """All that ever were, the oldest first: id, name, role, sales_channel, scopes, needs_key, revoked_at."""
    return reader.execute(_CLIENTS).all()


def list_devices(reader: Connection) -> Sequence[AnyRow]:
    """All that ever were, by store: id, name, store (its code), paired, needs_staff, revoked_at."""
    return reader.execute(_DEVICES).all()


_CLIENT = select(ApiClient.id, ApiClient.role, ApiClient.sales_channel, ApiClient.scopes).where(
    ApiClient.revoked_at.is_(None)
)
_CLIENTS = select(
    ApiClient.id,
    ApiClient.name,
    ApiClient.role,
    ApiClient.sales_channel,
    ApiClient.scopes,
    ApiClient.key_hash.is_not(None).label("needs_key"),
    ApiClient.revoked_at,
).order_by(ApiClient.id)
_DEVICES = text("""
    SELECT d.id, d.name, l.code AS store, d.token_hash IS NOT NULL AS paired, d.needs_staff, d.revoked_at
    FROM devices d JOIN locations l ON l.id = d.location_id ORDER BY l.code, d.id
""")
_STAFFED = text("""
    SELECT d.id, d.location_id, d.name, d.needs_staff, r.staff_id, r.role
    FROM devices d
    LEFT JOIN staff_sessions s ON s.token_hash = :staff AND s.device_id = d.id AND s.ended_at IS NULL
        AND s.expires_at > :now
    LEFT JOIN staff p ON p.id = s.staff_id AND p.ended_at IS NULL
    LEFT JOIN staff_roles r ON r.staff_id = p.id AND r.location_id = d.location_id
    WHERE d.token_hash = :device AND d.revoked_at IS NULL
""")
