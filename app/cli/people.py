"""`flask staff` and `flask user`: who works in the stores, and who for the merchant."""

from typing import Any
from uuid import UUID

import click

from app.cli.access import id_argument, json_option, print_json
from app.cli.session import engine, perform, with_database
from app.core.access.permissions import ROLES, STORE_ROLES
from app.core.access.staff import queries as staff_queries
from app.core.access.staff.add_staff import AddStaff, add_staff
from app.core.access.staff.deactivate_staff import DeactivateStaff, deactivate_staff
from app.core.access.staff.renew_pin import RenewPin, renew_pin
from app.core.access.staff.set_role import SetStoreRole, set_store_role
from app.core.access.users import queries as user_queries
from app.core.access.users.disable_user import DisableUser, disable_user
from app.core.access.users.invite_user import InviteUser, invite_user

number_argument = click.argument("number")
NOT_THERE = "none"


@click.group()
def staff() -> None:
    """People in the stores: number, PIN, and what they are in each store."""


@staff.command("add")
@number_argument
@click.argument("name")
@click.argument("store")
@click.argument("role", type=click.Choice(STORE_ROLES))
@json_option
@with_database
def add_somebody(number: str, name: str, store: str, role: str, as_json: bool) -> None:
    """Add NAME with the number NUMBER, to begin in STORE. The PIN is shown this once."""
    _tell_pin(perform(add_staff, AddStaff(number, name, store, role)), as_json)


@staff.command("role")
@number_argument
@click.argument("store")
@click.argument("role", type=click.Choice([*STORE_ROLES, NOT_THERE]))
@with_database
def set_a_role(number: str, store: str, role: str) -> None:
    """Say what NUMBER is in STORE from now on; none: works there no longer."""
    perform(set_store_role, SetStoreRole(number, store, None if role == NOT_THERE else role))
    click.echo(f"{number} is {role} in {store}.")


@staff.command("pin")
@number_argument
@json_option
@with_database
def make_a_pin(number: str, as_json: bool) -> None:
    """Make a new PIN for NUMBER: the old one, and who signed in by it, is out."""
    _tell_pin(perform(renew_pin, RenewPin(number)), as_json)


@staff.command("end")
@number_argument
@with_database
def end_somebody(number: str) -> None:
    """Let NUMBER in no more."""
    click.echo(f"{perform(deactivate_staff, DeactivateStaff(number))} is out.")


@staff.command("list")
@json_option
@with_database
def list_staff(as_json: bool) -> None:
    """List staff by number, with their roles, and those who left."""
    with engine().connect() as connection:
        rows = staff_queries.list_staff(connection)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        stores = ", ".join(f"{role} in {store}" for store, role in row["stores"].items())
        click.echo(f"{row['number']:<10}  {row['name']}  {'left' if row['ended_at'] else stores}")


def _tell_pin(issued: Any, as_json: bool) -> None:
    if as_json:
        print_json({"number": issued.number, "pin": issued.pin})
        return
    click.echo(f"The PIN of {issued.number}, which is shown only now: {issued.pin}")


@click.group()
def user() -> None:
    """The merchant's people: e-mail, password, phone, and roles."""


@user.command("invite")
@click.argument("email")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@json_option
@with_database
def invite(email: str, name: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Invite NAME at EMAIL, or again who lost password or phone. The invitation is mailed, and shown here."""
    invited = perform(invite_user, InviteUser(email, name, roles))
    if as_json:
        known = {"id": invited.id, "email": invited.email, "expires_at": invited.expires_at}
        print_json(known | {"invitation": invited.invitation})
        return
    click.echo(f"{name} may be {', '.join(roles)}, once accepted until {invited.expires_at:%d %B}.")
    click.echo(
        f"The invitation, which is on its way by mail and shown only now: {invited.invitation}"
    )


@user.command("disable")
@id_argument
@with_database
def disable(identifier: UUID) -> None:
    """Let a user in no more, from the next request on. Safe to repeat."""
    click.echo(f"{perform(disable_user, DisableUser(identifier))} is out.")


@user.command("list")
@json_option
@with_database
def list_users(as_json: bool) -> None:
    """List users with their roles, and those who are out."""
    with engine().connect() as connection:
        rows = user_queries.list_users(connection)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        status = "out" if row["disabled_at"] else "" if row["accepted"] else "invited"
        click.echo(f"{row['id']}  {row['email']}  {', '.join(row['roles'])}  {status}".rstrip())
