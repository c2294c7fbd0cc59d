"""Reads of clients and devices."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.core.access.models import ApiClient, Device
from app.core.model import AnyRow


def web_client(reader: Connection, _: bytes) -> AnyRow | None:
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


_CLIENT = select(ApiClient.id, ApiClient.role, ApiClient.sales_channel).where(
    ApiClient.revoked_at.is_(None)
)
