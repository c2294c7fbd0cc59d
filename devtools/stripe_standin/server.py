"""The stand-in over HTTP: Stripe's API under /v1, its hosted page under /pay, its switches under /_control.

It runs on wsgiref's server with a thread per connection, because this can really break a connection: the caller
sees a reset instead of a normal end.
"""

import json
import socket
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from secrets import token_hex
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from flask import Flask, Response, current_app, request

from devtools.stripe_standin import router, webhooks
from devtools.stripe_standin.accounts_registry import AccountsRegistry
from devtools.stripe_standin.control_api import control
from devtools.stripe_standin.faults import ConnectionLost
from devtools.stripe_standin.objects import ApiError, Json
from devtools.stripe_standin.pages import pages
from devtools.stripe_standin.params import decode

SOCKET, CONNECTION_LOST = "standin.socket", "standin.lost"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER: on, for 0 seconds. Closing then sends RST instead of FIN."""


def make_app(registry: AccountsRegistry) -> Flask:
    app = Flask(__name__)
    app.config["WORLD"] = registry
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    app.register_blueprint(pages)
    app.register_blueprint(control)
    app.add_url_rule("/v1/<path:path>", view_func=api, methods=["GET", "POST", "DELETE"])
    return app


def api(path: str) -> Response:
    try:
        api_request = router.ApiRequest(
            request.method,
            path,
            _api_key(),
            request.headers.get("Idempotency-Key", ""),
            decode((*request.args.items(multi=True), *request.form.items(multi=True))),
        )
        response = router.respond(_registry(), api_request)
    except ConnectionLost:
        request.environ[CONNECTION_LOST] = True
        return Response()
    except ApiError as error:
        return Response(_text(error), error.status, mimetype="application/json")
    headers = {"Request-Id": f"req_{token_hex(7)}", **response.headers}
    return Response(response.body, response.status, headers, mimetype="application/json")


def _registry() -> AccountsRegistry:
    registry: AccountsRegistry = current_app.config["WORLD"]
    return registry


def _api_key() -> str:
    """Return the key: programs send it as Bearer, apps may also send `key`."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind == "Bearer" else request.values.get("key", "")


def _text(error: ApiError) -> str:
    return json.dumps(error.body)


class BreakingApp:
    """Wraps the app, and breaks the connection when the app requests it."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, environ: Json, start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = self.app(environ, start_response)
        if environ.get(CONNECTION_LOST):
            environ[SOCKET].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            raise ConnectionResetError  # wsgiref then sends nothing
        return response


class Handler(WSGIRequestHandler):
    def get_environ(self) -> Json:
        return {**super().get_environ(), SOCKET: self.connection}

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind as HTTPServer does, without a look-up of our name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = (
            str(self.server_address[0]),
            int(self.server_address[1]),
        )
        self.setup_environ()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection that must break without the usual shutdown before it."""
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == RESET_ON_CLOSE:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors of a caller that closed the connection first."""


class Standin:
    """A running stand-in."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        switches: Json | None = None,
        file: Path | None = None,
        pages: str = "",
    ) -> None:
        self._server = Server((host, port), Handler)
        self.port = self._server.server_port
        self.url = f"http://{host}:{self.port}"
        self.registry = AccountsRegistry(pages or self.url, switches, file)
        self._server.set_app(BreakingApp(make_app(self.registry)))

    def serve(self) -> None:
        """Serve until it is stopped."""
        Thread(target=webhooks.deliver_until_stopped, args=(self.registry,), daemon=True).start()
        self._server.serve_forever(poll_interval=0.1)

    def start(self) -> "Standin":
        """Serve in a thread, for tests."""
        Thread(target=self.serve, daemon=True).start()
        return self

    def stop(self) -> None:
        self.registry.stopping.set()
        self._server.shutdown()
        self._server.server_close()
