"""Adds a promotion and a legal entity to the demo shop, and writes keys for scripts to var/demo.json."""

import json
import os
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from app.cli import demo_logins
from app.cli.session import engine, perform
from app.config import Settings
from app.core.access import queries as access
from app.core.access.api_clients import (
    CreateApiClient,
    RevokeApiClient,
    create_api_client,
    revoke_api_client,
)
from app.core.access.devices import AddDevice, RevokeDevice, add_device, revoke_device
from app.core.access.keys import key_hash
from app.core.invoicing.legal_entities import SetLegalEntity, set_legal_entity
from app.core.pricing.promotions.coupons import AddCoupons, add_coupons
from app.core.pricing.promotions.promotions import CreatePromotion, create_promotion

WELCOME = "WELCOME"
CLIENTS = {"merchant": "Demo console", "app": "Demo app"}
"""The kinds of the demo's API clients, with their names."""


def create_demo_promotion(settings: Settings) -> None:
    """Create a promotion with a coupon, both with the code WELCOME."""
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


def create_demo_legal_entity() -> None:
    """Create the seller of the demo shop. No such company is registered."""
    address = "1 Demo Street\nLondon SW1A 1AA"
    seller = SetLegalEntity(
        "main", "Onecounter Demo Ltd", address, "GB", "GB999999973", "INV-", "CN-", "en"
    )
    perform(set_legal_entity, seller)


def write_demo_file(settings: Settings) -> None:
    """Write the keys of the merchant, the app and one device per store, and logins. Keep valid ones."""
    path = settings.var / "demo.json"
    known = _read(path)
    stores, logins = known.get("stores", {}), known.get("logins", {})
    with engine().connect() as connection:
        stores_in_database = connection.execute(_STORES).all()
    content = {
        "base_url": settings.base_url,
        "stores": {
            code: {"device_token": _device_token(code, name, stores.get(code, {}))}
            for code, name in stores_in_database
        },
        "logins": {
            kind: {"api_key": _client_key(kind, name, logins.get(kind, {}))}
            for kind, name in CLIENTS.items()
        }
        | (demo_logins.logins(stores_in_database[0].code, logins) if stores_in_database else {}),
    }
    _write(path, json.dumps(content, indent=2))


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text())
        return content
    except (OSError, ValueError):
        return {}


def _write(path: Path, content: str) -> None:
    """Write the whole file or nothing, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    new.replace(path)


def _device_token(store: str, store_name: str, known: dict[str, str]) -> str:
    """Return the known token of the store's demo till if it is valid. Otherwise replace the till."""
    name = f"{store_name} demo till"
    with engine().connect() as connection:
        tills = [
            till.id
            for till in access.list_devices(connection)
            if (till.store, till.name, till.revoked_at) == (store, name, None)
        ]
        if _is_valid(connection, access.find_device, known.get("device_token"), tills):
            return known["device_token"]
    for till in tills:
        perform(revoke_device, RevokeDevice(till))
    return perform(add_device, AddDevice(store, name)).key


def _client_key(kind: str, name: str, known: dict[str, str]) -> str:
    """Return the known key of this client if it is valid. Otherwise replace the client."""
    with engine().connect() as connection:
        clients = [
            client.id
            for client in access.list_api_clients(connection)
            if (client.name, client.has_key, client.revoked_at) == (name, True, None)
        ]
        if _is_valid(connection, access.find_client, known.get("api_key"), clients):
            return known["api_key"]
    for client in clients:
        perform(revoke_api_client, RevokeApiClient(client))
    return perform(create_api_client, CreateApiClient(kind, name)).key


def _is_valid(connection: Connection, find: Any, key: str | None, ids: list[Any]) -> bool:
    """Return whether the key belongs to one of these ids."""
    found = find(connection, key_hash(key)) if key else None
    return found is not None and found.id in ids


_STORES = text("SELECT code, name FROM locations WHERE kind = 'store' ORDER BY code")
