"""What each request gets besides its response: an id, a log line, metrics, headers."""

import time
import uuid

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

log = structlog.get_logger()

REQUESTS = Counter("onecounter_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "onecounter_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""The strictest defaults; a page that needs more says so itself."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Those that are counted by name: a stranger may send any word as a method."""

QUIET = ("/healthz", "/readyz", "/metrics")


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def note_order(number: str) -> None:
    """Name the order of this request for its log lines."""
    structlog.contextvars.bind_contextvars(order=number)


def _end(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    took = time.perf_counter() - g.began
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, response.status_code).inc()
    SECONDS.labels(route).observe(took)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.request_id
    if request.path not in QUIET:
        # The route's pattern, not the path: a path can hold what must not be logged.
        log.info(
            "request",
            method=method,
            route=route,
            status=response.status_code,
            ms=round(took * 1000, 1),
        )
    return response
