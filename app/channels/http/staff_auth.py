"""Devices with their signed-in staff, users of the merchant, and programs with an API key."""

from typing import Any
from uuid import UUID

from flask import g, request

from app.channels.http.bearer import STAFF_TOKEN, bearer, known, now, stored_number, unauthorised
from app.core.access import queries as access
from app.core.access.keys import key_hash
from app.core.access.permissions import (
    DENIED,
    KEY,
    NEEDS_APPROVAL,
    SCOPES,
    permissions_of,
    store_mark,
)
from app.core.access.users import queries as users
from app.core.access.users.sessions import SESSION_TOKEN_PREFIX
from app.core.errors import Forbidden, StaffSignInRequired
from app.core.transaction import Actor


def till(_: dict[str, Any]) -> None:
    """Accept a device of a store, with or without signed-in staff."""
    found = known("device", access.find_device)
    g.actor = _at_device(found, found.id, "device")
    g.caller = f"device:{found.id}"


def device(arguments: dict[str, Any]) -> None:
    """Accept a device of a store with its signed-in staff; it sees that store only. A trusted device works by its
    token alone."""
    token = request.headers.get(STAFF_TOKEN)
    if token is None:
        found = known("device", access.find_device)
        if found.needs_staff:
            raise StaffSignInRequired(
                "Sign in with number and PIN, and send what you get as X-Staff-Token."
            )
        g.actor = _at_device(found, found.id, "device")
    else:
        found = known(
            "device",
            lambda reader, key: access.find_device_with_staff(reader, key, key_hash(token), now()),
        )
        if found.role is None:
            raise StaffSignInRequired("This sign-in is over, or of another device: sign in again.")
        _check_mark(store_mark(found.role, g.permission), f"a {found.role}")
        g.actor = _at_device(found, found.staff_id, found.role)
    if "number" in arguments:
        stored_number(arguments)
    g.caller = f"device:{found.id}"


def _at_device(device: Any, who: UUID, role: str) -> Actor:
    return Actor(
        "staff", "pos", id=who, device_id=device.id, location_id=device.location_id, role=role
    )


def _check_mark(mark: str, who: str) -> None:
    """Raises Forbidden. A mark that asks for approval is left to `responses.perform`."""
    if mark == DENIED:
        raise _forbidden(who, g.permission)
    g.needs_approval = mark == NEEDS_APPROVAL


def _forbidden(who: str, permission: str) -> Forbidden:
    return Forbidden(f"This is not for {who}: it needs the right {permission}.", needs=permission)


def merchant(arguments: dict[str, Any]) -> None:
    """Accept a signed-in user of the merchant, or a program by its API key."""
    if bearer().startswith(SESSION_TOKEN_PREFIX):
        user = known("user", lambda reader, key: users.find_user(reader, key, now()))
        role, g.rights = "+".join(user.roles), permissions_of(user.roles)
        g.actor, g.caller = Actor("merchant", "console", id=user.id, role=role), f"user:{user.id}"
    else:
        client = known("client", access.find_client)
        if client.role != "merchant":
            unauthorised("This key is not a merchant's.")
        g.rights = frozenset(SCOPES).intersection(
            SCOPES if client.scopes is None else client.scopes
        )
        g.actor = Actor(
            "merchant", client.sales_channel, id=client.id, client_id=client.id, role=KEY
        )
        g.caller = f"client:{client.id}"
    require(g.permission)
    if "number" in arguments:
        stored_number(arguments)


def may(permission: str) -> bool:
    """Return whether the calling user or API key also has this permission."""
    return permission in g.rights


def require(permission: str) -> None:
    """Raises Forbidden if the calling user or API key lacks this permission too."""
    if not may(permission):
        raise _forbidden(g.actor.role, permission)
