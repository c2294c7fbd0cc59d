from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text

from app.core.access.events import API_CLIENT_CREATED
from app.core.access.models import ApiClient
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreateStorefrontClient:
    name: str = "Web shop"


def create_storefront_client(tx: Transaction, command: CreateStorefrontClient) -> UUID:
    """The id of the one client that calls without a key, made where it is missing.

    1. Hold off other writers, so that of two who find none only one makes it.
    2. Look for it. 3. Make it.
    """
    tx.session.execute(_HOLD_OFF_WRITERS)
    found: UUID | None = tx.session.scalar(_WEB_SHOP)
    if found is not None:
        return found
    made = {"role": "storefront", "sales_channel": "web"}
    client_id = tx.insert("api_clients", name=command.name, **made)
    tx.record(API_CLIENT_CREATED, {"client_id": client_id, **made})
    return client_id


_HOLD_OFF_WRITERS = text("LOCK TABLE api_clients IN SHARE ROW EXCLUSIVE MODE")
_WEB_SHOP = (
    select(ApiClient.id)
    .where(
        ApiClient.key_hash.is_(None),
        ApiClient.sales_channel == "web",
        ApiClient.revoked_at.is_(None),
    )
    .limit(1)
)
