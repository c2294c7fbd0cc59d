from dataclasses import dataclass

from app.core.access.keys import Issued, holder_name, key_hash, new_key
from app.core.access.models import CLIENT_KINDS
from app.core.errors import Invalid
from app.core.transaction import Transaction


@dataclass(frozen=True)
class AddClient:
    kind: str
    """One of CLIENT_KINDS."""
    name: str


def add_client(tx: Transaction, command: AddClient) -> Issued:
    """Let a program call us, with a key of its own. Raises Invalid."""
    if command.kind not in CLIENT_KINDS:
        raise Invalid(f"A client is one of: {', '.join(CLIENT_KINDS)}.", kind=command.kind)
    name, key = holder_name(command.name), new_key()
    role, channel = CLIENT_KINDS[command.kind]
    client_id = tx.insert(
        "api_clients", name=name, role=role, sales_channel=channel, key_hash=key_hash(key)
    )
    tx.record("client.added", {"client_id": client_id, "role": role, "sales_channel": channel})
    return Issued(client_id, key)
