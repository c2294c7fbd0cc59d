"""API clients: the programs that call. Create and revoke them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text

from app.core.access.events import API_CLIENT_CREATED, API_CLIENT_REVOKED
from app.core.access.keys import IssuedKey, key_hash, new_key, validate_name
from app.core.access.models import CLIENT_KINDS, ApiClient
from app.core.access.permissions import SCOPES
from app.core.errors import Conflict, Invalid, NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreateApiClient:
    kind: str
    """One of CLIENT_KINDS."""
    name: str
    scopes: Sequence[str] | None = None
    """The permissions of a merchant's key, some of SCOPES; None: all of them, or a program that sells."""


def create_api_client(tx: Transaction, command: CreateApiClient) -> IssuedKey:
    """Create a client with a key of its own. Raises Invalid."""
    if command.kind not in CLIENT_KINDS:
        raise Invalid(f"A client is one of: {', '.join(CLIENT_KINDS)}.", kind=command.kind)
    name, key = validate_name(command.name), new_key()
    role, channel = CLIENT_KINDS[command.kind]
    scopes = _validate_scopes(command.scopes, role)
    client_id = tx.insert(
        ApiClient,
        name=name, role=role, sales_channel=channel, key_hash=key_hash(key), scopes=scopes,
    )  # fmt: skip
    tx.record(
        API_CLIENT_CREATED,
        {"client_id": client_id, "role": role, "sales_channel": channel, "scopes": scopes},
    )
    return IssuedKey(client_id, key)


def _validate_scopes(scopes: Sequence[str] | None, role: str) -> list[str] | None:
    if scopes is None:
        return None
    if role != "merchant":
        raise Invalid("Only a merchant's key has scopes: leave them out.", scopes=scopes)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise Invalid(f"Scopes are some of: {', '.join(SCOPES)}.", scopes=unknown)
    return sorted(set(scopes))


@dataclass(frozen=True)
class CreateStorefrontClient:
    name: str = "Web shop"


def create_storefront_client(tx: Transaction, command: CreateStorefrontClient) -> UUID:
    """Return the id of the web shop's client, which calls without a key; create it if it is missing.

    1. Lock the table against other writers, so that of two callers who find no client only one creates it.
    2. Look for the client.
    3. Create it.
    """
    tx.session.execute(_LOCK_CLIENTS)
    found: UUID | None = tx.session.scalar(
        select(ApiClient.id)
        .where(
            ApiClient.key_hash.is_(None),
            ApiClient.sales_channel == "web",
            ApiClient.revoked_at.is_(None),
        )
        .limit(1)
    )
    return found or _create_without_key(tx, command.name, "storefront", "web")


def get_or_create_import_client(tx: Transaction, name: str) -> UUID:
    """Return the id of the client that imported orders name; create it if it is missing.

    It has no key, so no program can call as it. The caller locks out others who would create it too.
    """
    found: UUID | None = tx.session.scalar(
        select(ApiClient.id)
        .where(
            ApiClient.key_hash.is_(None),
            ApiClient.sales_channel == "import",
            ApiClient.name == name,
        )
        .limit(1)
    )
    return found or _create_without_key(tx, name, "merchant", "import")


def _create_without_key(tx: Transaction, name: str, role: str, channel: str) -> UUID:
    client_id = tx.insert(ApiClient, name=name, role=role, sales_channel=channel)
    tx.record(API_CLIENT_CREATED, {"client_id": client_id, "role": role, "sales_channel": channel})
    return client_id


@dataclass(frozen=True)
class RevokeApiClient:
    client_id: UUID


def revoke_api_client(tx: Transaction, command: RevokeApiClient) -> ApiClient:
    """Revoke a client, from its next request on; repeating it changes nothing. Raises NotFound, Conflict.

    Orders that it started continue.
    """
    # Carts and orders refer to the row. This lock does not block them.
    client = tx.session.get(ApiClient, command.client_id, with_for_update={"key_share": True})
    if client is None:
        raise NotFound(f"There is no client {command.client_id}: look for its id in the list.")
    if client.key_hash is None:
        raise Conflict("This client has no key that could be revoked.", "api_client_without_key")
    if client.revoked_at is None:
        client.revoked_at = tx.now
        tx.record(API_CLIENT_REVOKED, {"client_id": client.id})
    return client


_LOCK_CLIENTS = text("LOCK TABLE api_clients IN SHARE ROW EXCLUSIVE MODE")
