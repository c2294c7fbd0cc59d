"""`flask device` and `flask client` with add, list and revoke: who may call."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import click

from app.cli.session import engine, perform, with_database
from app.core.access import queries as access
from app.core.access.add_client import CreateApiClient, create_api_client
from app.core.access.add_device import AddDevice, add_device
from app.core.access.create_pairing_code import CreatePairingCode, create_pairing_code
from app.core.access.models import CLIENT_KINDS
from app.core.access.revoke_client import RevokeApiClient, revoke_api_client
from app.core.access.revoke_device import RevokeDevice, revoke_device
from app.core.model import AnyRow

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
id_argument = click.argument("identifier", metavar="ID", type=click.UUID)


@click.group()
def device() -> None:
    """Tills and other devices: each works for one store, by a token of its own."""


@device.command("add")
@click.argument("store")
@click.argument("name")
@click.option("--needs-staff", is_flag=True, help="Nothing works until somebody signs in.")
@json_option
@with_database
def add_a_device(store: str, name: str, needs_staff: bool, as_json: bool) -> None:
    """Add the device NAME to the store with the code STORE. Its token is shown this once."""
    issued = perform(add_device, AddDevice(store, name, needs_staff))
    if as_json:
        print_json({"id": issued.id, "store": store, "name": name, "token": issued.key})
        return
    click.echo(f"{name} now works for {store}, with the id {issued.id}.")
    click.echo(f"Its token, which is shown only now: {issued.key}")


@device.command("pair")
@click.argument("store")
@click.argument("name")
@click.option("--trusted", is_flag=True, help="Works without anybody signed in.")
@json_option
@with_database
def pair_a_device(store: str, name: str, trusted: bool, as_json: bool) -> None:
    """Make a code for the new device NAME in STORE: typed in there, it gets the token, once."""
    offered = perform(create_pairing_code, CreatePairingCode(store, name, needs_staff=not trusted))
    if as_json:
        print_json({"id": offered.id, "code": offered.code, "expires_at": offered.expires_at})
        return
    click.echo(f"Type this in at {name}: {offered.code}")
    click.echo(f"It holds once, until {offered.expires_at:%H:%M} UTC.")


@device.command("list")
@json_option
@with_database
def list_devices(as_json: bool) -> None:
    """List devices by store, with those that were revoked."""
    with engine().connect() as connection:
        rows = access.list_devices(connection)
    _print_rows(rows, as_json, "No devices yet: flask device add STORE NAME adds one.")


@device.command("revoke")
@id_argument
@json_option
@with_database
def revoke_a_device(identifier: UUID, as_json: bool) -> None:
    """Revoke a device's token, at once and for good. Safe to repeat."""
    _print_revoked(perform(revoke_device, RevokeDevice(identifier)), as_json)


@click.group()
def client() -> None:
    """Programs that call: shops and apps that sell, the merchant's own, integrations.

    The web shop's own pages need no key; their client is there from the start.
    """


@client.command("add")
@click.argument("kind", type=click.Choice(list(CLIENT_KINDS)))
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, help="Of a merchant's key; left out: all.")
@json_option
@with_database
def add_a_client(kind: str, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Add the client NAME. Its key is shown this once.

    web and app sell to shoppers and send their key as X-Client-Key; merchant and integration keep
    the catalogue, and send theirs as Authorization: Bearer.
    """
    issued = perform(create_api_client, CreateApiClient(kind, name, scopes or None))
    if as_json:
        print_json({"id": issued.id, "kind": kind, "name": name, "key": issued.key})
        return
    click.echo(f"{name} may now call as {kind}, with the id {issued.id}.")
    click.echo(f"Its key, which is shown only now: {issued.key}")


@client.command("list")
@json_option
@with_database
def list_clients(as_json: bool) -> None:
    """List clients, with those that were revoked."""
    with engine().connect() as connection:
        rows = access.list_api_clients(connection)
    _print_rows(rows, as_json, "No clients yet: flask migrate opens the web shop.")


@client.command("revoke")
@id_argument
@json_option
@with_database
def revoke_a_client(identifier: UUID, as_json: bool) -> None:
    """Revoke a client's key, at once and for good. Safe to repeat."""
    _print_revoked(perform(revoke_api_client, RevokeApiClient(identifier)), as_json)


def _print_revoked(one: Any, as_json: bool) -> None:
    if as_json:
        print_json({"id": one.id, "name": one.name, "revoked_at": one.revoked_at.isoformat()})
    else:
        click.echo(f"{one.name} is out since {one.revoked_at:%d %B %Y %H:%M} UTC.")


def _print_rows(rows: Sequence[AnyRow], as_json: bool, nothing: str) -> None:
    if as_json:
        print_json([{**row._mapping, "revoked_at": _time(row.revoked_at)} for row in rows])
        return
    for row in rows:
        click.echo("  ".join(_words(row._mapping)))
    if not rows:
        click.echo(nothing)


def _words(row: Mapping[Any, Any]) -> Iterator[str]:
    """An id, what it is for, its name, and what is unusual about it."""
    yield str(row["id"])
    yield from (
        f"{row[column]:<10}" for column in ("store", "role", "sales_channel") if column in row
    )
    yield row["name"]
    if not row.get("paired", True):
        yield "(not paired)"
    if row.get("scopes"):
        yield f"({', '.join(row['scopes'])})"
    if not row.get("needs_key", True):
        yield "(needs no key)"
    if row["revoked_at"]:
        yield f"(revoked {row['revoked_at']:%d %B %Y %H:%M} UTC)"


def _time(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def print_json(content: Any) -> None:
    click.echo(json.dumps(content, default=str))
