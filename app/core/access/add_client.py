from collections.abc import Sequence
from dataclasses import dataclass

from app.core.access.events import API_CLIENT_CREATED
from app.core.access.keys import IssuedKey, key_hash, new_key, validate_name
from app.core.access.models import CLIENT_KINDS
from app.core.access.permissions import SCOPES
from app.core.errors import Invalid
from app.core.transaction import Transaction


@dataclass(frozen=True)
class CreateApiClient:
    kind: str
    """One of CLIENT_KINDS."""
    name: str
    scopes: Sequence[str] | None = None
    """What a merchant's key may do, some of SCOPES; None for all of them, and for a program that sells."""


def create_api_client(tx: Transaction, command: CreateApiClient) -> IssuedKey:
    """Let a program call us, with a key of its own. Raises Invalid."""
    if command.kind not in CLIENT_KINDS:
        raise Invalid(f"A client is one of: {', '.join(CLIENT_KINDS)}.", kind=command.kind)
    name, key = validate_name(command.name), new_key()
    role, channel = CLIENT_KINDS[command.kind]
    scopes = _scopes(command, role)
    client_id = tx.insert(
        "api_clients",
        name=name, role=role, sales_channel=channel, key_hash=key_hash(key), scopes=scopes,
    )  # fmt: skip
    tx.record(
        API_CLIENT_CREATED,
        {"client_id": client_id, "role": role, "sales_channel": channel, "scopes": scopes},
    )
    return IssuedKey(client_id, key)


def _scopes(command: CreateApiClient, role: str) -> list[str] | None:
    if command.scopes is None:
        return None
    if role != "merchant":
        raise Invalid("Only a merchant's key has scopes: leave them out.", scopes=command.scopes)
    unknown = sorted(set(command.scopes) - set(SCOPES))
    if unknown or not command.scopes:
        raise Invalid(f"Scopes are some of: {', '.join(SCOPES)}.", scopes=unknown)
    return sorted(set(command.scopes))
