"""The client of what is imported: orders name who began them, and these were begun elsewhere."""

from uuid import UUID

from sqlalchemy import select

from app.core.access.events import API_CLIENT_CREATED
from app.core.access.models import ApiClient
from app.core.transaction import Transaction


def get_or_create_import_client(tx: Transaction, name: str) -> UUID:
    """The id of the client of that name, made where it is missing. It has no key, so nobody can call as it.

    The caller holds off others who would make it too.
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
    if found is not None:
        return found
    made = {"role": "merchant", "sales_channel": "import"}
    client_id = tx.insert("api_clients", name=name, **made)
    tx.record(API_CLIENT_CREATED, {"client_id": client_id, **made})
    return client_id
