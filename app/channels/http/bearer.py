"""The tokens and keys of a request."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from flask import current_app, request

from app.channels.http.metrics import note_order
from app.core.access.keys import key_hash
from app.core.errors import NotFound, Unauthorised
from app.core.ids import order_number

STAFF_TOKEN = "X-Staff-Token"  # noqa: S105 - the name of a header
"""The token of a staff member who signed in at the device; sent with the device's own token."""


def bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def unauthorised(message: str) -> NoReturn:
    raise Unauthorised(message)


def secrets() -> Any:
    return current_app.extensions["ports"].secrets


def now() -> datetime:
    at: datetime = current_app.extensions["ports"].clock.now()
    return at


def known(kind: str, query: Callable[..., Any]) -> Any:
    """Return the owner of the request's token. Raises Unauthorised."""
    token = bearer()
    if not token:
        unauthorised(f"Send the {kind}'s token: Authorization: Bearer …")
    return find(token, query)


def find(token: str, query: Callable[..., Any]) -> Any:
    """Return the client, device or user of a token. It is looked up at each request, so a revoked one is refused
    at once."""
    with current_app.extensions["reader"].connect() as reader:
        found = query(reader, key_hash(token))
    if found is None:
        unauthorised("This key or token is not known or was revoked: ask for a new one.")
    return found


def stored_number(arguments: dict[str, Any]) -> str:
    """Return the order number of the path as it is stored, and put it back into the view's arguments."""
    number = order_number(arguments["number"])
    if number is None:
        raise NotFound("This is not an order number: check it, one character is wrong.")
    arguments["number"] = number
    note_order(number)
    return number
