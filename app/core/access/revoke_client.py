from dataclasses import dataclass
from uuid import UUID

from app.core.access.events import API_CLIENT_REVOKED
from app.core.access.models import ApiClient
from app.core.errors import Conflict, NotFound
from app.core.transaction import Transaction


@dataclass(frozen=True)
class RevokeApiClient:
    client_id: UUID


def revoke_api_client(tx: Transaction, command: RevokeApiClient) -> ApiClient:
    """Close the door to a program, from its next request on. Raises NotFound, Conflict.

    The orders it began go on. Again changes nothing.
    """
    # Carts and orders refer to the row; this lock lets them.
    client = tx.session.get(ApiClient, command.client_id, with_for_update={"key_share": True})
    if client is None:
        raise NotFound(f"There is no client {command.client_id}: look for its id in the list.")
    if client.key_hash is None:
        raise Conflict("This client has no key that could be revoked.", "api_client_without_key")
    if client.revoked_at is None:
        client.revoked_at = tx.now
        tx.record(API_CLIENT_REVOKED, {"client_id": client.id})
    return client
