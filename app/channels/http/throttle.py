"""The coarse throttle by address, against floods. Guessable secrets have limits of their own, in the database."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Response
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from app.channels.http import errors
from app.config import Settings

P = ParamSpec("P")
R = TypeVar("R")

A_MINUTE = {"carts": 120, "checkout": 60, "sign_in": 60, "mails": 20}
"""From one address, which many shoppers behind one router or one mobile network may share."""


def throttled(what: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare the kind of a view for the throttle; `register` puts the throttle before it."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        declared: Any = view
        declared.__throttle__ = what
        return view

    return declare


def register(app: Flask, settings: Settings) -> None:
    """Throttle the views that declare it; with THROTTLE=0 none."""
    if not settings.throttle:
        return
    limiter = Limiter(
        get_remote_address, storage_uri=settings.throttle_url or "memory://", swallow_errors=True
    )
    limiter.init_app(app)
    views: dict[str, Any] = app.view_functions
    for endpoint, view in views.items():
        if what := getattr(view, "__throttle__", None):
            limit = f"{A_MINUTE[what] * settings.throttle}/minute"
            views[endpoint] = limiter.shared_limit(limit, scope=what)(view)
    app.register_error_handler(RateLimitExceeded, _refuse)


def _refuse(exceeded: RateLimitExceeded) -> Response:
    code, message = errors.CODES[429]
    return errors.body(code, 429, message, {}, retry_after=exceeded.limit.limit.get_expiry())
