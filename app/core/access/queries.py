"""Reads of clients and devices. What they return holds no key and no hash."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from app.core.access.models import ApiClient, Device
from app.core.model import AnyRow


def web_client(reader: Connection) -> AnyRow | None:
    """The web shop itself, which calls without a key: id, role, sales_channel."""
    return reader.execute(
        _CLIENT.where(ApiClient.key_hash.is_(None), ApiClient.sales_channel == "web").limit(1)
    ).first()


def client_by_key(reader: Connection, key_hash: bytes) -> AnyRow | None:
    return reader.execute(_CLIENT.where(ApiClient.key_hash == key_hash)).first()


def device_by_token(reader: Connection, token_hash: bytes) -> AnyRow | None:
    """id, location_id, name."""
    return reader.execute(
        select(Device.id, Device.location_id, Device.name).where(
            Device.token_hash == token_hash, Device.revoked_at.is_(None)
        )
    ).first()


def clients(reader: Connection) -> Sequence[AnyRow]:
    """All that ever were, the oldest first: id, name, role, sales_channel, needs_key, revoked_at."""
    return reader.execute(_CLIENTS).all()


def devices(reader: Connection) -> Sequence[AnyRow]:
    """All that ever were, by store: id, name, store (its code), revoked_at."""
    return reader.execute(_DEVICES).all()


_CLIENT = select(ApiClient.id, ApiClient.role, ApiClient.sales_channel).where(
    ApiClient.revoked_at.is_(None)
)
_CLIENTS = select(
    ApiClient.id,
    ApiClient.name,
    ApiClient.role,
    ApiClient.sales_channel,
    ApiClient.key_hash.is_not(None).label("needs_key"),
    ApiClient.revoked_at,
).order_by(ApiClient.id)
_DEVICES = text("""
    SELECT d.id, d.name, l.code AS store, d.revoked_at
    FROM devices d JOIN locations l ON l.id = d.location_id ORDER BY l.code, d.id
""")
