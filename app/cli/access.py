"""`flask device` and `flask client` with add, list and revoke: tills and programs that may call the API."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import click

from app.cli.session import engine, perform, with_database
from app.core.access import queries as access
from app.core.access.api_clients import (
    CreateApiClient,
    RevokeApiClient,
    create_api_client,
    revoke_api_client,
)
from app.core.access.devices import (
    AddDevice,
    CreatePairingCode,
    RevokeDevice,
    add_device,
    create_pairing_code,
    revoke_device,
)
from app.core.access.models import CLIENT_KINDS
from app.core.access.queries import ApiClientRow, DeviceRow

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
id_argument = click.argument("identifier", metavar="ID", type=click.UUID)


@click.group()
def device() -> None:
    """Tills and other devices. Each belongs to one store and has its own token."""


@device.command("add")
@click.argument("store")
@click.argument("name")
@click.option("--needs-staff", is_flag=True, help="Require a signed-in member of staff.")
@json_option
@with_database
def device_add(store: str, name: str, needs_staff: bool, as_json: bool) -> None:
    """Add the device NAME to the store with the code STORE. Its token is shown only once."""
    issued = perform(add_device, AddDevice(store, name, needs_staff))
    if as_json:
        print_json({"id": issued.id, "store": store, "name": name, "token": issued.key})
        return
    click.echo(f"Added {name} to {store} with the id {issued.id}.")
    click.echo(f"Its token, shown only this once: {issued.key}")


@device.command("pair")
@click.argument("store")
@click.argument("name")
@click.option("--trusted", is_flag=True, help="Do not require a signed-in member of staff.")
@json_option
@with_database
def device_pair(store: str, name: str, trusted: bool, as_json: bool) -> None:
    """Create a pairing code for the new device NAME in STORE. Enter it there to get the token, once."""
    pairing = perform(create_pairing_code, CreatePairingCode(store, name, needs_staff=not trusted))
    if as_json:
        print_json({"id": pairing.id, "code": pairing.code, "expires_at": pairing.expires_at})
        return
    click.echo(f"Enter this code at {name}: {pairing.code}")
    click.echo(f"It is valid once, until {pairing.expires_at:%H:%M} UTC.")


@device.command("list")
@json_option
@with_database
def device_list(as_json: bool) -> None:
    """List devices by store, including revoked ones."""
    with engine().connect() as connection:
        rows = access.list_devices(connection)
    _print_rows(rows, as_json, "There are no devices. Add one with: flask device add STORE NAME")


@device.command("revoke")
@id_argument
@json_option
@with_database
def device_revoke(identifier: UUID, as_json: bool) -> None:
    """Revoke a device's token, immediately and permanently. Safe to repeat."""
    _print_revoked(perform(revoke_device, RevokeDevice(identifier)), as_json)


@click.group()
def client() -> None:
    """Programs that call the API: web shops, apps, the merchant's programs, integrations.

    The pages of the web shop need no key; their client always exists.
    """


@client.command("add")
@click.argument("kind", type=click.Choice(list(CLIENT_KINDS)))
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, help="A scope of a merchant's key; by default all."
)
@json_option
@with_database
def client_add(kind: str, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Add the client NAME. Its key is shown only once.

    Clients of the kind web or app sell to shoppers and send their key as X-Client-Key. Clients of
    the kind merchant or integration use the admin API and send it as Authorization: Bearer.
    """
    issued = perform(create_api_client, CreateApiClient(kind, name, scopes or None))
    if as_json:
        print_json({"id": issued.id, "kind": kind, "name": name, "key": issued.key})
        return
    click.echo(f"Added the {kind} client {name} with the id {issued.id}.")
    click.echo(f"Its key, shown only this once: {issued.key}")


@client.command("list")
@json_option
@with_database
def client_list(as_json: bool) -> None:
    """List clients, including revoked ones."""
    with engine().connect() as connection:
        rows = access.list_api_clients(connection)
    _print_rows(
        rows, as_json, "There are no clients. Create that of the web shop with: flask migrate"
    )


@client.command("revoke")
@id_argument
@json_option
@with_database
def client_revoke(identifier: UUID, as_json: bool) -> None:
    """Revoke a client's key, immediately and permanently. Safe to repeat."""
    _print_revoked(perform(revoke_api_client, RevokeApiClient(identifier)), as_json)


def _print_revoked(revoked: Any, as_json: bool) -> None:
    if as_json:
        print_json(
            {"id": revoked.id, "name": revoked.name, "revoked_at": revoked.revoked_at.isoformat()}
        )
    else:
        click.echo(f"{revoked.name} is revoked since {revoked.revoked_at:%d %B %Y %H:%M} UTC.")


def _print_rows(rows: Sequence[DeviceRow | ApiClientRow], as_json: bool, if_empty: str) -> None:
    if as_json:
        print_json([{**row._asdict(), "revoked_at": _isoformat(row.revoked_at)} for row in rows])
        return
    for row in rows:
        click.echo("  ".join(_cells(row._asdict())))
    if not rows:
        click.echo(if_empty)


def _cells(row: Mapping[Any, Any]) -> Iterator[str]:
    """Yield the cells of a line: id, store, role or channel, name, and remarks."""
    yield str(row["id"])
    yield from (
        f"{row[column]:<10}" for column in ("store", "role", "sales_channel") if column in row
    )
    yield row["name"]
    if not row.get("paired", True):
        yield "(not paired)"
    if row.get("scopes"):
        yield f"({', '.join(row['scopes'])})"
    if not row.get("has_key", True):
        yield "(needs no key)"
    if row["revoked_at"]:
        yield f"(revoked {row['revoked_at']:%d %B %Y %H:%M} UTC)"


def _isoformat(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def print_json(content: Any) -> None:
    click.echo(json.dumps(content, default=str))
