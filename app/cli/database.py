"""flask migrate and flask setup."""

import json
import logging
import os
import secrets
from pathlib import Path
from typing import Any

import click
from alembic import command as alembic
from alembic.config import Config
from flask import current_app
from sqlalchemy import text

from app.cli.imports import imports
from app.cli.session import engine, with_database
from app.config import ROOT, Settings

DEMO = {
    "locations": "locations.csv",
    "catalogue": "products_export.csv",
    "stock": "inventory_export.csv",
}
"""What to import into an empty demo shop, in this order, from `demo/`."""


@click.command()
@click.option("--to", "level", default="head", show_default=True, help="The migration to go to.")
@with_database
def migrate(level: str) -> None:
    """Bring the database to the level of this code."""
    run_migrations(level)
    click.echo(f"The database is at {level}.")


@click.command()
@click.pass_context
@with_database
def setup(context: click.Context) -> None:
    """Migrate, load the demo shop into an empty database, and write var/demo.json."""
    settings: Settings = current_app.config["SETTINGS"]
    run_migrations("head")
    with engine().connect() as connection:
        empty = connection.scalar(text("SELECT NOT EXISTS (SELECT 1 FROM locations)"))
    if empty:
        click.echo("Loading the demo shop: about 300 products in 12 locations …")
        for what, file in DEMO.items():
            context.invoke(imports.commands[what], file=ROOT / "demo" / file)
    write_demo_file(settings)
    _print_addresses(settings)


def run_migrations(level: str) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine().connect() as connection:
        # A migration may wait for its locks no longer than this: shops go on selling meanwhile.
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
        connection.commit()
        config.attributes["connection"] = connection
        alembic.upgrade(config, level)
        connection.invalidate()


def write_demo_file(settings: Settings) -> None:
    """Keys for scripts: of the merchant, of the app, and of one device in each store."""
    kept = settings.var / "demo.json"
    known = _read(kept)
    with engine().begin() as connection:
        stores = _device_tokens(connection, known.get("stores", {}))
        logins = _client_keys(connection, known.get("logins", {}))
    content = {"base_url": settings.base_url, "stores": stores, "logins": logins}
    settings.var.mkdir(parents=True, exist_ok=True)
    new = kept.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=2)
    new.replace(kept)


def _read(kept: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(kept.read_text())
        return content
    except (OSError, ValueError):
        return {}


def _device_tokens(connection: Any, known: dict[str, Any]) -> dict[str, Any]:
    """One device a store; a token that is known and still opens the device is kept."""
    found = {}
    for code, device, opens in connection.execute(
        _DEVICES, {"tokens": [store["device_token"] for store in known.values()]}
    ):
        token = known.get(code, {}).get("device_token") if opens else None
        if token is None:
            token = secrets.token_urlsafe(24)
            connection.execute(
                _SET_DEVICE if device else _ADD_DEVICE, {"code": code, "token": token}
            )
        found[code] = {"device_token": token}
    return found


def _client_keys(connection: Any, known: dict[str, Any]) -> dict[str, Any]:
    connection.execute(_ADD_WEB)
    found = {}
    for login, name, role, channel in (
        ("merchant", "Demo console", "merchant", "console"),
        ("app", "Demo app", "storefront", "app"),
    ):
        key = known.get(login, {}).get("api_key")
        if key is None or not connection.scalar(_KNOWS_KEY, {"key": key}):
            key = secrets.token_urlsafe(24)
            row = {"name": name, "role": role, "channel": channel, "key": key}
            connection.execute(_FORGET_CLIENT, row)
            connection.execute(_ADD_CLIENT, row)
        found[login] = {"api_key": key}
    return found


def _print_addresses(settings: Settings) -> None:
    click.echo(
        f"\n  Shop API        {settings.base_url}/api/v1/products\n"
        f"  API, readable   {settings.base_url}/api/docs\n"
        f"  Live streams    {settings.live_base_url}\n"
        f"  Keys for demos  {settings.var / 'demo.json'}\n"
        f"  Mails           {(settings.mail_url and 'sent by SMTP') or settings.var / 'mail'}\n"
    )


_HASH = "sha256(convert_to(:token, 'UTF8'))"
_DEVICES = text("""
    SELECT l.code, d.id,
           d.token_hash = ANY(SELECT sha256(convert_to(t, 'UTF8')) FROM unnest(CAST(:tokens AS text[])) t)
    FROM locations l LEFT JOIN devices d ON d.location_id = l.id AND d.name = l.name || ' demo till'
    WHERE l.kind = 'store' ORDER BY l.code
""")
_ADD_DEVICE = text(f"""
    INSERT INTO devices (id, name, location_id, token_hash)
    SELECT gen_random_uuid(), name || ' demo till', id, {_HASH} FROM locations WHERE code = :code
""")  # noqa: S608 - a constant of this file
_SET_DEVICE = text(f"""
    UPDATE devices d SET token_hash = {_HASH}, revoked_at = NULL
    FROM locations l WHERE l.id = d.location_id AND l.code = :code AND d.name = l.name || ' demo till'
""")  # noqa: S608 - a constant of this file
_ADD_WEB = text("""
    INSERT INTO api_clients (id, name, role, sales_channel)
    SELECT gen_random_uuid(), 'Web shop', 'storefront', 'web'
    WHERE NOT EXISTS (SELECT 1 FROM api_clients WHERE key_hash IS NULL AND sales_channel = 'web')
""")
_KNOWS_KEY = text("""
    SELECT 1 FROM api_clients WHERE key_hash = sha256(convert_to(:key, 'UTF8')) AND revoked_at IS NULL
""")
_FORGET_CLIENT = text(
    "UPDATE api_clients SET revoked_at = now() WHERE name = :name AND revoked_at IS NULL"
)
_ADD_CLIENT = text("""
    INSERT INTO api_clients (id, name, role, sales_channel, key_hash)
    VALUES (gen_random_uuid(), :name, :role, :channel, sha256(convert_to(:key, 'UTF8')))
""")
