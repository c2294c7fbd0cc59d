"""The signed-in shopper: by the cookie of a browser or the access token of an app."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, g, request

from app.channels.http import origin
from app.config import Settings
from app.core.accounts import session_tokens, sessions
from app.core.accounts.sessions import LiveSession
from app.core.errors import Forbidden
from app.core.transaction import Actor

COOKIE = "shopper"
READING = ("GET", "HEAD", "OPTIONS")


def session(bearer: str) -> LiveSession | None:
    """Return the live session of this request, None for a guest.

    Raises Forbidden if a cookie comes with a change from a foreign page: browsers send cookies with any request
    that a page makes (SameSite=Lax stops most of it, the Origin all).
    """
    ports = current_app.extensions["ports"]
    now = ports.clock.now()
    session_id = session_tokens.parse_access_token(ports.secrets, bearer, now) if bearer else None
    if session_id is None:
        session_id = session_tokens.parse_cookie(ports.secrets, request.cookies.get(COOKIE, ""))
        if session_id is not None:
            require_own_origin(request.headers.get("Origin"))
    return _live(session_id, now) if session_id else None


def require_own_origin(given: str | None) -> None:
    if request.method not in READING and not origin.is_ours(given):
        raise Forbidden("This did not come from our own page: open the shop and try again.")


def actor(live: LiveSession) -> Actor:
    """Return the shopper as actor, with the channel of the client in which they signed in."""
    return Actor("shopper", live.sales_channel, id=live.customer_id, client_id=live.client_id)


def customer_id() -> UUID:
    """Return the signed-in customer; only for views that require one."""
    found: UUID = g.session.customer_id
    return found


def session_id() -> UUID:
    found: UUID = g.session.id
    return found


def with_cookie(response: Response, opened: UUID | None, max_age: int = 0) -> Response:
    """Return the response with the cookie of a session; None removes the cookie."""
    settings: Settings = current_app.config["SETTINGS"]
    secrets = current_app.extensions["ports"].secrets
    response.set_cookie(
        COOKIE,
        session_tokens.cookie(secrets, opened) if opened else "",
        max_age=max_age,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure or settings.base_url.startswith("https:"),
    )
    return response


def _live(found: UUID, now: Any) -> LiveSession | None:
    with current_app.extensions["reader"].connect() as reader:
        live = sessions.find_live(reader, found, now)
        if live is not None:
            sessions.record_seen(reader, live, now)
    return live
