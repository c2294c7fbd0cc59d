"""What the demo shop has beside its files: an offer, and keys for scripts in var/demo.json."""

import json
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from app.cli import demo_people
from app.cli.session import engine, perform
from app.config import Settings
from app.core.access import queries as access
from app.core.access.add_client import CreateApiClient, create_api_client
from app.core.access.add_device import AddDevice, add_device
from app.core.access.keys import key_hash
from app.core.access.revoke_client import RevokeApiClient, revoke_api_client
from app.core.access.revoke_device import RevokeDevice, revoke_device
from app.core.invoicing.set_legal_entity import SetEntity, set_entity
from app.core.pricing.promotions.add_coupons import AddCoupons, add_coupons
from app.core.pricing.promotions.create_promotion import CreatePromotion, create_promotion

WELCOME = "WELCOME"
LOGINS = {"merchant": "Demo console", "app": "Demo app"}
"""Kind of the client, and its name."""


def make_offer(settings: Settings) -> None:
    """A promotion with a coupon, both by the name WELCOME."""
    offer = CreatePromotion(
        WELCOME,
        "Welcome",
        "amount",
        settings.currency,
        {"amount": 100},
        conditions={"coupon": True},
    )
    perform(create_promotion, offer)
    perform(add_coupons, AddCoupons(WELCOME, (WELCOME,)))


def make_seller() -> None:
    """Who sells in the demo shop; no such company is registered."""
    address = "1 Demo Street\nLondon SW1A 1AA"
    seller = SetEntity(
        "main", "Onecounter Demo Ltd", address, "GB", "GB999999973", "INV-", "CN-", "en"
    )
    perform(set_entity, seller)


def write_demo_file(settings: Settings) -> None:
    """Keys of the merchant, of the app, and of one device in each store; logins of people. Those that still open
    are kept."""
    kept = settings.var / "demo.json"
    known = _read(kept)
    stores, logins = known.get("stores", {}), known.get("logins", {})
    with engine().connect() as connection:
        found = connection.execute(_STORES).all()
    content = {
        "base_url": settings.base_url,
        "stores": {
            code: {"device_token": _device_token(code, name, stores.get(code, {}))}
            for code, name in found
        },
        "logins": {
            kind: {"api_key": _client_key(kind, name, logins.get(kind, {}))}
            for kind, name in LOGINS.items()
        }
        | (demo_people.logins(found[0].code, logins) if found else {}),
    }
    _write(kept, json.dumps(content, indent=2))


def _read(kept: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(kept.read_text())
        return content
    except (OSError, ValueError):
        return {}


def _write(kept: Path, content: str) -> None:
    """For its owner's eyes only, and whole or not at all."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    new = kept.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    new.replace(kept)


def _device_token(store: str, store_name: str, known: dict[str, str]) -> str:
    """The known token of the store's demo till; else a new till's, in the place of the old."""
    name = f"{store_name} demo till"
    with engine().connect() as connection:
        tills = [
            till.id
            for till in access.list_devices(connection)
            if (till.store, till.name, till.revoked_at) == (store, name, None)
        ]
        if _opens(connection, access.find_device, known.get("device_token"), tills):
            return known["device_token"]
    for till in tills:
        perform(revoke_device, RevokeDevice(till))
    return perform(add_device, AddDevice(store, name)).key


def _client_key(kind: str, name: str, known: dict[str, str]) -> str:
    """The known key of this client; else a new client's, in the place of the old."""
    with engine().connect() as connection:
        clients = [
            client.id
            for client in access.list_api_clients(connection)
            if (client.name, client.needs_key, client.revoked_at) == (name, True, None)
        ]
        if _opens(connection, access.find_client, known.get("api_key"), clients):
            return known["api_key"]
    for client in clients:
        perform(revoke_api_client, RevokeApiClient(client))
    return perform(create_api_client, CreateApiClient(kind, name)).key


def _opens(connection: Connection, find: Any, key: str | None, these: list[Any]) -> bool:
    """Whether the key opens one of these."""
    found = find(connection, key_hash(key)) if key else None
    return found is not None and found.id in these


_STORES = text("SELECT code, name FROM locations WHERE kind = 'store' ORDER BY code")
