"""Who calls, and whether this route is for them. Every route declares it; one that does not stops the start-up."""

import time
from collections.abc import Callable
from functools import wraps
from hmac import compare_digest
from typing import Any, NoReturn, ParamSpec, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, request

from app.channels.http import shoppers
from app.channels.http.observe import note_order
from app.core.access import queries as access
from app.core.access.keys import key_hash
from app.core.accounts import own_cart
from app.core.accounts import queries as accounts
from app.core.errors import NotFound, Unauthorised
from app.core.ids import order_number
from app.core.orders.pickup import cart_token, order_token
from app.core.transaction import Actor

P = ParamSpec("P")
R = TypeVar("R")

ANYONE, SHOPPER, CART, ORDER, DEVICE, MERCHANT, OPERATOR = (
    "anyone",
    "shopper",
    "cart",
    "order",
    "device",
    "merchant",
    "operator",
)
ORDER_PAGE = "order page"

ORDER_COOKIE = "order"
"""Holds the order's token; its path is the order's, so each order of a browser has one of its own."""

KNOWN_FOR = 30.0
"""Seconds for which a process remembers the web shop's own client."""


def allowed(who: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to `who`, and to nobody else. Stands outermost, so that strangers learn nothing."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            _GUARDS[who](kwargs)
            return view(*args, **kwargs)

        declared: Any = guarded
        declared.__who__ = who
        return guarded

    return decorate


def open_to_anyone(app: Flask, *endpoints: str) -> None:
    """Declare views that are not ours."""
    views: dict[str, Any] = app.view_functions
    for endpoint in endpoints:
        views[endpoint] = allowed(ANYONE)(views[endpoint])


def check_declared(app: Flask) -> None:
    """Raises RuntimeError for a route that does not say who may call it."""
    silent = [
        rule.rule for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "__who__")
    ]  # fmt: skip
    if silent:
        raise RuntimeError(f"Say who may call these routes, with @allowed(…): {', '.join(silent)}")


def actor() -> Actor:
    """Who calls the current view: a shopper, where the guard named nobody. Looked up only when asked for,
    so that what merely reads, as /healthz or a stream, needs no database for it."""
    if "actor" not in g:
        g.actor = _shopper()
    caller: Actor = g.actor
    return caller


def store() -> UUID:
    """The location of the device that calls."""
    location_id = actor().location_id
    assert location_id is not None, "only views for devices ask for their store"  # noqa: S101
    return location_id


STRANGER = "anyone"
"""The caller of whom nothing is known. All strangers share it, so their idempotency keys must be unguessable."""


def _anyone(_: dict[str, Any]) -> None:
    g.caller = STRANGER


def _signed_in(_: dict[str, Any]) -> None:
    """A shopper with an account."""
    live = shoppers.session(bearer())
    if live is None:
        refuse("Sign in first, or renew your access token: POST /account/refresh.")
    g.session, g.actor, g.caller = live, shoppers.actor(live), f"customer:{live.customer_id}"


def _cart(arguments: dict[str, Any]) -> None:
    """The holder of a guest's cart's secret token, or the shopper whose cart it is."""
    cart_id: UUID = arguments["cart_id"]
    token = cart_token(_secrets(), cart_id)
    g.actor = _holder(token, own_cart.is_hers, cart_id, "Send the cart's token, or sign in.")
    g.caller = f"cart:{cart_id}"


def _order(arguments: dict[str, Any]) -> None:
    """The holder of the order's secret token, or the shopper whose order it is."""
    number = normal_number(arguments)
    token = order_token(_secrets(), number)
    g.actor = _holder(token, accounts.is_her_order, number, "Send the order's token, or sign in.")
    g.caller = f"order:{number}"


def _holder(token: str, is_hers: Callable[..., bool], what: Any, message: str) -> Actor:
    """Who sends the token, or is signed in and has the thing. A stranger is not told whether it exists."""
    if compare_digest(bearer().encode(), token.encode()):
        return _shopper()
    live = shoppers.session(bearer())
    if live is None:
        refuse(message)
    with current_app.extensions["reader"].connect() as reader:
        if not is_hers(reader, what, live.customer_id):
            refuse(message)
    return shoppers.actor(live)


def _order_page(arguments: dict[str, Any]) -> None:
    """The holder of the order's token: in the link of a mail, in the cookie it was swapped for, or sent; or the
    shopper whose order it is."""
    number = normal_number(arguments)
    given = request.args.get("token") or bearer() or request.cookies.get(ORDER_COOKIE, "")
    token = order_token(_secrets(), number)
    if not compare_digest(given.encode(), token.encode()):
        message = "Open the link in the mail about your order again, or sign in."
        g.actor = _holder(token, accounts.is_her_order, number, message)
    g.caller = f"order:{number}"


def _device(arguments: dict[str, Any]) -> None:
    """A device of a store, which sees that store only."""
    device = _known("device", access.device_by_token)
    if "number" in arguments:
        normal_number(arguments)
    g.actor = Actor(
        "staff", "pos", id=device.id, device_id=device.id, location_id=device.location_id
    )
    g.caller = f"device:{device.id}"


def _merchant(_: dict[str, Any]) -> None:
    client = _known("client", access.client_by_key)
    if client.role != "merchant":
        refuse("This key is not a merchant's.")
    g.actor = Actor("merchant", client.sales_channel, id=client.id, client_id=client.id)
    g.caller = f"client:{client.id}"


def _operator(_: dict[str, Any]) -> None:
    """Monitoring, by its own token."""
    token = current_app.config["METRICS_TOKEN"]
    if not token:
        raise NotFound("Set METRICS_TOKEN to open this page.")
    _compare(token, "Send the metrics token: Authorization: Bearer …")


_GUARDS: dict[str, Callable[[dict[str, Any]], None]] = {
    ANYONE: _anyone, SHOPPER: _signed_in, CART: _cart, ORDER: _order, ORDER_PAGE: _order_page, DEVICE: _device,
    MERCHANT: _merchant, OPERATOR: _operator,
}  # fmt: skip


def normal_number(arguments: dict[str, Any]) -> str:
    """The order number of the path as it is stored, put back into the view's arguments."""
    number = order_number(arguments["number"])
    if number is None:
        raise NotFound("This is not an order number: check it, one character is wrong.")
    arguments["number"] = number
    note_order(number)
    return number


def _shopper() -> Actor:
    """A shopper, through the web shop or the program whose key is sent as X-Client-Key."""
    key = request.headers.get("X-Client-Key")
    client = _find(key, access.client_by_key) if key else _web_shop()
    return Actor("shopper", client.sales_channel, client_id=client.id)


def bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def refuse(message: str) -> NoReturn:
    raise Unauthorised(message)


def _compare(expected: str, message: str) -> None:
    if not compare_digest(bearer().encode(), expected.encode()):
        refuse(message)


def _secrets() -> Any:
    return current_app.extensions["ports"].secrets


def _known(kind: str, find: Callable[..., Any]) -> Any:
    token = bearer()
    if not token:
        refuse(f"Send the {kind}'s token: Authorization: Bearer …")
    return _find(token, find)


def _find(token: str, find: Callable[..., Any]) -> Any:
    """The client or device of a token, looked up at each request: a revoked one is out at once."""
    with current_app.extensions["reader"].connect() as reader:
        found = find(reader, key_hash(token))
    if found is None:
        refuse("This key or token is not known or was revoked: ask for a new one.")
    return found


_remembered: dict[str, tuple[float, Any]] = {}


def _web_shop() -> Any:
    """The web shop's own client, which has no key to revoke, and so is remembered for a little while."""
    until, client = _remembered.get("web", (0.0, None))
    if until < time.monotonic():
        with current_app.extensions["reader"].connect() as reader:
            client = access.web_client(reader)
        if client is None:
            refuse("The web shop is not open yet: flask migrate opens it.")
        _remembered["web"] = (time.monotonic() + KNOWN_FOR, client)
    return client


def forget_known() -> None:
    """Forget the web shop's client; tests change databases under one process."""
    _remembered.clear()
