"""`flask staff` and `flask user`: people in the stores, and users of the merchant."""

from typing import Any
from uuid import UUID

import click

from app.cli.access import id_argument, json_option, print_json
from app.cli.session import engine, perform, with_database
from app.core.access.permissions import ROLES, STORE_ROLES
from app.core.access.staff import queries as staff_queries
from app.core.access.staff.staff import (
    AddStaff,
    DeactivateStaff,
    RenewPin,
    SetStoreRole,
    add_staff,
    deactivate_staff,
    renew_pin,
    set_store_role,
)
from app.core.access.users import queries as user_queries
from app.core.access.users.invitations import InviteUser, invite_user
from app.core.access.users.users import DisableUser, disable_user

number_argument = click.argument("number")
NO_ROLE = "none"


@click.group()
def staff() -> None:
    """Staff of the stores: number, PIN, and a role in each store."""


@staff.command("add")
@number_argument
@click.argument("name")
@click.argument("store")
@click.argument("role", type=click.Choice(STORE_ROLES))
@json_option
@with_database
def staff_add(number: str, name: str, store: str, role: str, as_json: bool) -> None:
    """Add NAME with the number NUMBER and a role in STORE. The PIN is shown only once."""
    _print_pin(perform(add_staff, AddStaff(number, name, store, role)), as_json)


@staff.command("role")
@number_argument
@click.argument("store")
@click.argument("role", type=click.Choice([*STORE_ROLES, NO_ROLE]))
@with_database
def staff_role(number: str, store: str, role: str) -> None:
    """Set the role of NUMBER in STORE from now on; none: no longer works there."""
    perform(set_store_role, SetStoreRole(number, store, None if role == NO_ROLE else role))
    click.echo(f"{number} is {role} in {store}.")


@staff.command("pin")
@number_argument
@json_option
@with_database
def staff_pin(number: str, as_json: bool) -> None:
    """Create a new PIN for NUMBER. The old PIN and its sessions end."""
    _print_pin(perform(renew_pin, RenewPin(number)), as_json)


@staff.command("deactivate")
@number_argument
@with_database
def staff_deactivate(number: str) -> None:
    """Deactivate NUMBER: they can no longer sign in."""
    click.echo(f"{perform(deactivate_staff, DeactivateStaff(number))} is deactivated.")


@staff.command("list")
@json_option
@with_database
def staff_list(as_json: bool) -> None:
    """List staff by number with their roles, including deactivated ones."""
    with engine().connect() as connection:
        rows = staff_queries.list_staff(connection)
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    for row in rows:
        stores = ", ".join(f"{role} in {store}" for store, role in row.stores.items())
        click.echo(
            f"{row.number:<10}  {row.name}  {'deactivated' if row.deactivated_at else stores}"
        )


def _print_pin(issued: Any, as_json: bool) -> None:
    if as_json:
        print_json({"number": issued.number, "pin": issued.pin})
        return
    click.echo(f"The PIN of {issued.number}, shown only this once: {issued.pin}")


@click.group()
def user() -> None:
    """Users of the merchant: email, password, second factor, and roles."""


@user.command("invite")
@click.argument("email")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@json_option
@with_database
def user_invite(email: str, name: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Invite NAME at EMAIL; repeat it for a user who lost their password or phone.

    The invitation is sent by email and shown here.
    """
    invited = perform(invite_user, InviteUser(email, name, roles))
    if as_json:
        known = {"id": invited.id, "email": invited.email, "expires_at": invited.expires_at}
        print_json(known | {"invitation": invited.invitation})
        return
    click.echo(f"Invited {name} as {', '.join(roles)}, valid until {invited.expires_at:%d %B}.")
    click.echo(f"The invitation, sent by email and shown only this once: {invited.invitation}")


@user.command("disable")
@id_argument
@with_database
def user_disable(identifier: UUID) -> None:
    """Disable a user, from the next request on. Safe to repeat."""
    click.echo(f"{perform(disable_user, DisableUser(identifier))} is disabled.")


@user.command("list")
@json_option
@with_database
def user_list(as_json: bool) -> None:
    """List users with their roles, including disabled ones."""
    with engine().connect() as connection:
        rows = user_queries.list_users(connection)
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    for row in rows:
        status = "disabled" if row.disabled_at else "" if row.accepted else "invited"
        click.echo(f"{row.id}  {row.email}  {', '.join(row.roles)}  {status}".rstrip())
