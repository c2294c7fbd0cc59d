"""Who may call a route. Every route declares it; the process does not start with one that does not. For staff and
users a permission of access/permissions.py comes on top."""

import time
from collections.abc import Callable, Container
from functools import wraps
from hmac import compare_digest
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from flask import Flask, abort, copy_current_request_context, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from app.channels.http import shopper_auth, staff_auth
from app.channels.http.bearer import bearer, find, secrets, stored_number, unauthorised
from app.core.access import queries as access
from app.core.access.permissions import MERCHANT_PERMISSIONS, STORE_PERMISSIONS
from app.core.accounts import customer_cart
from app.core.accounts import queries as accounts
from app.core.errors import DomainError, NotFound
from app.core.orders.pickup import cart_token, order_token
from app.core.provider import InvalidSignature
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
ORDER_PAGE, PROVIDER = "order page", "payment provider"
TILL, UNPAIRED_DEVICE, SIGN_IN = "till", "new till", "sign-in"
"""A paired device, with or without staff; a caller with a pairing code; a caller with an email and a password."""

ORDER_COOKIE = "order"
"""Holds the order's token; its path is the order's, so each order of a browser has one of its own."""

KNOWN_FOR = 30.0
"""Seconds for which a process remembers the web shop's own client."""


def allowed(who: str, permission: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to `who` only. It must be the outermost decorator, so that strangers learn nothing. A view for
    DEVICE or MERCHANT also names the permission that it needs."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            g.permission, g.needs_approval = permission, False
            _GUARDS[who](kwargs)
            return view(*args, **kwargs)

        declared: Any = guarded
        declared.__who__, declared.__permission__ = who, permission
        return guarded

    return decorate


def open_to_anyone(app: Flask, *endpoints: str) -> None:
    """Declare views that are not ours."""
    views: dict[str, Any] = app.view_functions
    for endpoint in endpoints:
        views[endpoint] = allowed(ANYONE)(views[endpoint])


def check_declared(app: Flask) -> None:
    """Raises RuntimeError for a route without a declaration."""
    silent = [
        rule.rule for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "__who__")
    ]  # fmt: skip
    if silent:
        raise RuntimeError(f"Say who may call these routes, with @allowed(…): {', '.join(silent)}")
    vague = [
        rule.rule for rule in app.url_map.iter_rules()
        if not _names_its_permission(app.view_functions[rule.endpoint])
    ]  # fmt: skip
    if vague:
        raise RuntimeError(f"Say what may be done here, as in permissions.py: {', '.join(vague)}")


def _names_its_permission(view: Any) -> bool:
    known: Container[str] = {DEVICE: STORE_PERMISSIONS, MERCHANT: MERCHANT_PERMISSIONS}.get(
        view.__who__, ("",)
    )
    return view.__permission__ in known


def check_still_allowed() -> Callable[[], bool]:
    """Return whether the caller would be let in again, even long after the request: for a response that goes on.
    While the database is away no caller would."""
    view: Any = current_app.view_functions[request.endpoint or ""]
    arguments = dict(request.view_args or {})

    @copy_current_request_context
    def ask() -> bool:
        g.permission, g.needs_approval = view.__permission__, False
        try:
            _GUARDS[view.__who__](dict(arguments))
        except (DomainError, SQLAlchemyError):
            return False
        return True

    return ask


def actor() -> Actor:
    """Return the caller of the current view: a shopper if the guard named none. It is looked up only when needed,
    so plain reads, /healthz and streams need no database for it."""
    if "actor" not in g:
        g.actor = _shopper()
    caller: Actor = g.actor
    return caller


def store() -> UUID:
    """The location of the device that calls."""
    location_id = actor().location_id
    assert location_id is not None, "only views for devices ask for their store"  # noqa: S101
    return location_id


ANONYMOUS = "anyone"
"""The caller of whom nothing is known. All strangers share it, so their idempotency keys must be unguessable."""


def _anyone(_: dict[str, Any]) -> None:
    g.caller = ANONYMOUS


def _signed_in(_: dict[str, Any]) -> None:
    """Accept a shopper with an account."""
    live = shopper_auth.session(bearer())
    if live is None:
        unauthorised("Sign in first, or renew your access token: POST /account/refresh.")
    g.session, g.actor, g.caller = live, shopper_auth.actor(live), f"customer:{live.customer_id}"


def _cart(arguments: dict[str, Any]) -> None:
    """Accept the secret token of a guest's cart, or the shopper who owns the cart."""
    cart_id: UUID = arguments["cart_id"]
    token = cart_token(secrets(), cart_id)
    g.actor = _holder(token, customer_cart.owns_cart, cart_id, "Send the cart's token, or sign in.")
    g.caller = f"cart:{cart_id}"


def _order(arguments: dict[str, Any]) -> None:
    """Accept the secret token of the order, or the shopper who owns the order."""
    number = stored_number(arguments)
    token = order_token(secrets(), number)
    g.actor = _holder(token, accounts.owns_order, number, "Send the order's token, or sign in.")
    g.caller = f"order:{number}"


def _holder(token: str, is_owner: Callable[..., bool], what: Any, message: str) -> Actor:
    """Return the sender of the token, or the signed-in owner. Strangers do not learn whether the thing exists."""
    if compare_digest(bearer().encode(), token.encode()):
        return _shopper()
    live = shopper_auth.session(bearer())
    if live is None:
        unauthorised(message)
    with current_app.extensions["reader"].connect() as reader:
        if not is_owner(reader, what, live.customer_id):
            unauthorised(message)
    return shopper_auth.actor(live)


def _order_page(arguments: dict[str, Any]) -> None:
    """Accept the order's token, from a mail's link, from the cookie that replaced it, or sent; or the shopper who
    owns the order."""
    number = stored_number(arguments)
    given = request.args.get("token") or bearer() or request.cookies.get(ORDER_COOKIE, "")
    token = order_token(secrets(), number)
    if not compare_digest(given.encode(), token.encode()):
        message = "Open the link in the mail about your order again, or sign in."
        g.actor = _holder(token, accounts.owns_order, number, message)
    g.caller = f"order:{number}"


def _unpaired_device(_: dict[str, Any]) -> None:
    """Accept any caller: the pairing code in the body identifies the device."""
    g.actor, g.caller = Actor("staff", "pos", role="device"), ANONYMOUS


def _sign_in(_: dict[str, Any]) -> None:
    """Accept any caller: the password or invitation in the body identifies them."""
    g.actor, g.caller = Actor("merchant", "console"), ANONYMOUS


def _operator(_: dict[str, Any]) -> None:
    """Accept monitoring, by its own token."""
    token = current_app.config["METRICS_TOKEN"]
    if not token:
        raise NotFound("Set METRICS_TOKEN to open this page.")
    _compare(token, "Send the metrics token: Authorization: Bearer …")


def _provider(_: dict[str, Any]) -> None:
    """Accept a signature by the provider's secret over the bytes of the body. A forged call is a bad request, as
    the provider's documentation asks."""
    ports = current_app.extensions["ports"]
    signature = request.headers.get("Stripe-Signature", "")
    try:
        g.notice = ports.provider.parse_webhook(request.get_data(), signature, ports.clock.now())
    except InvalidSignature:
        abort(400, "The signature is not the provider's, or too old.")


_GUARDS: dict[str, Callable[[dict[str, Any]], None]] = {
    ANYONE: _anyone, SHOPPER: _signed_in, CART: _cart, ORDER: _order, ORDER_PAGE: _order_page,
    DEVICE: staff_auth.device, MERCHANT: staff_auth.merchant, OPERATOR: _operator, TILL: staff_auth.till,
    UNPAIRED_DEVICE: _unpaired_device, SIGN_IN: _sign_in, PROVIDER: _provider,
}  # fmt: skip


def _shopper() -> Actor:
    """Accept a shopper, through the web shop or the program whose key is sent as X-Client-Key."""
    key = request.headers.get("X-Client-Key")
    client = find(key, access.find_client) if key else _web_shop()
    return Actor("shopper", client.sales_channel, client_id=client.id)


def _compare(expected: str, message: str) -> None:
    if not compare_digest(bearer().encode(), expected.encode()):
        unauthorised(message)


_remembered: dict[str, tuple[float, Any]] = {}


def _web_shop() -> Any:
    """Return the web shop's own client. It has no key to revoke, so it is cached for a while."""
    until, client = _remembered.get("web", (0.0, None))
    if until < time.monotonic():
        with current_app.extensions["reader"].connect() as reader:
            client = access.find_storefront_client(reader)
        if client is None:
            unauthorised("The web shop is not open yet: flask migrate opens it.")
        _remembered["web"] = (time.monotonic() + KNOWN_FOR, client)
    return client


def clear_cache() -> None:
    """Clear the cached web shop's client. Tests change databases within one process."""
    _remembered.clear()
